//! The client and the model that the examples share: of Truto and a provider if their keys are set, else of servers
//! on loopback that behave like them.

#![allow(clippy::print_stderr, reason = "an example prints")]

pub mod model;

use std::env;
use std::error::Error;

use generated::runtime::ClientBuilder;
use generated::the_auth_api::{CATALOG, Client};
use toolsmith_testkit::fake_truto::FakeTruto;

/// A client, and the server that it calls if the example had to start one.
pub struct Session {
    /// The client.
    pub client: Client,
    /// The server, which stops when it is dropped.
    pub server: Option<FakeTruto>,
}

/// Connects to Truto if a token is set, else to a server started for this run.
///
/// # Errors
///
/// The settings of the client are incomplete, or the server cannot start.
pub fn connect() -> Result<Session, Box<dyn Error>> {
    if has_token() {
        return Ok(Session {
            client: Client::from_env()?,
            server: None,
        });
    }
    let server = FakeTruto::start()?;
    eprintln!(
        "No TRUTO_API_TOKEN: using a server with made-up data at {}.\n",
        server.base_url()
    );
    let client = builder(Some(&server)).build()?;
    Ok(Session {
        client,
        server: Some(server),
    })
}

/// Returns a builder of a client of this server, or else of Truto with the settings of the environment.
pub fn builder(server: Option<&FakeTruto>) -> ClientBuilder<Client> {
    match server {
        None => ClientBuilder::from_env(CATALOG),
        Some(server) => Client::builder()
            .token(server.token())
            .account(server.account_id())
            .base_url(server.base_url()),
    }
}

/// Returns `true` if a token is set, so that the examples call a real account.
#[must_use]
pub fn has_token() -> bool {
    let variables = ["TRUTO_API_TOKEN", "TRUTO_API_KEY"];
    variables
        .iter()
        .any(|variable| env::var_os(variable).is_some())
}
