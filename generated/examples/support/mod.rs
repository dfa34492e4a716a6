//! What the examples share: a client, of Truto where there is a token, else of a server on
//! loopback that behaves like it.

#![allow(clippy::print_stderr, reason = "an example prints")]
#![allow(dead_code, reason = "no example needs all of it")]

use std::env;
use std::error::Error;

use generated::the_auth_api::Client;
use toolsmith_tests::fake_truto::FakeTruto;

/// A client, and the server that it talks to if the example had to start one.
pub(crate) struct Session {
    /// The client.
    pub(crate) client: Client,
    /// Kept, because the server stops when it is dropped.
    pub(crate) server: Option<FakeTruto>,
}

/// Connects to Truto if a token is set, else to a server started for this run.
pub(crate) fn connect() -> Result<Session, Box<dyn Error>> {
    let has_token = ["TRUTO_API_TOKEN", "TRUTO_API_KEY"]
        .iter()
        .any(|variable| env::var_os(variable).is_some());
    if has_token {
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
    let client = Client::builder()
        .token(server.token())
        .account(server.account_id())
        .base_url(server.base_url())
        .build()?;
    Ok(Session {
        client,
        server: Some(server),
    })
}
