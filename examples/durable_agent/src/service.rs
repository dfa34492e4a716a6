//! The process that runs the agent.

use std::env;
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
use crate::tools::ApprovalKey;

/// The argument by which the program is only the service.
pub const SERVE: &str = "serve";

/// The variables of the service: its address, the base URL of the desk, and the key of approvals as 64
/// hexadecimal digits.
const ADDRESS: &str = "DURABLE_AGENT_ADDRESS";
const DESK: &str = "DURABLE_AGENT_DESK";
const KEY: &str = "DURABLE_AGENT_APPROVAL_KEY";

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
/// A setting is missing, or the address is not free.
pub async fn serve() -> Result<(), AnyError> {
    let variable = |name: &str| env::var(name).map_err(|error| format!("{name}: {error}"));
    let address: SocketAddr = variable(ADDRESS)?.parse()?;
    let builder: ClientBuilder<Client> = ClientBuilder::from_env(CATALOG);
    let agent = Agent {
        client: builder.rate_limit_timeout(LONGEST_WAIT).build()?,
        model: Model::from_env()?,
        desk: Desk::at(variable(DESK)?)?,
        key: parse_key(&variable(KEY)?)?,
    };
    let listener = TcpListener::bind(address).await?;
    let endpoint = Endpoint::builder().bind(agent).build();
    HttpServer::new(endpoint).serve(listener).await;
    Ok(())
}

fn parse_key(digits: &str) -> Result<ApprovalKey, AnyError> {
    let problem = || format!("{KEY} must be 64 hexadecimal digits");
    let byte = |index: usize| {
        let digits = digits.get(2 * index..2 * index + 2)?;
        u8::from_str_radix(digits, 16).ok()
    };
    let bytes: Option<Vec<u8>> = (0..digits.len().div_ceil(2)).map(byte).collect();
    let key = bytes.ok_or_else(problem)?.try_into();
    Ok(key.map_err(|_| problem())?)
}
