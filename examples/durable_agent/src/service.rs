//! The process that runs the agent.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use generated::runtime::ClientBuilder;
use generated::the_auth_api::{CATALOG, Client};
use restate_sdk::prelude::{Endpoint, HttpServer};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::AnyError;
use crate::agent::Agent;
use crate::desk::Desk;
use crate::model::Model;
use crate::settings::{ADDRESS, DESK, KEY, parse_address, parse_key, required};

/// The argument by which the program is only the service.
pub const SERVE: &str = "serve";

/// The longest wait for the rate limit in the process. Longer ones are in the journal.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// The settings of a service.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address at which Restate calls the service.
    pub address: SocketAddr,
    /// The base URL of the desk.
    pub desk: String,
    /// The key of approvals, as 64 hexadecimal digits.
    pub key: String,
    /// More variables: those of the client, and of the [checkpoints](crate::checkpoint).
    pub variables: Vec<(&'static str, String)>,
}

/// Starts this program as a service. Its output is inherited, or else for the caller to read.
///
/// # Errors
///
/// The program cannot be started.
pub fn spawn(program: &Path, settings: &Settings, stdout: Stdio) -> io::Result<Child> {
    Command::new(program)
        .arg(SERVE)
        .env(ADDRESS, settings.address.to_string())
        .env(DESK, &settings.desk)
        .env(KEY, &settings.key)
        .envs(
            settings
                .variables
                .iter()
                .map(|(name, value)| (*name, value)),
        )
        .stdin(Stdio::null())
        .stdout(stdout)
        .kill_on_drop(true)
        .spawn()
}

/// Serves the agent until the process ends. The environment has the settings.
///
/// # Errors
///
/// A setting is missing or not valid, or the address is not free.
pub async fn serve() -> Result<(), AnyError> {
    let address = parse_address(&required(ADDRESS)?)?;
    let builder: ClientBuilder<Client> = ClientBuilder::from_env(CATALOG);
    let agent = Agent {
        client: builder.rate_limit_timeout(LONGEST_WAIT).build()?,
        model: Model::from_env()?,
        desk: Desk::at(required(DESK)?)?,
        key: parse_key(&required(KEY)?)?,
    };
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let endpoint = Endpoint::builder().bind(agent).build();
    HttpServer::new(endpoint).serve(listener).await;
    Ok(())
}
