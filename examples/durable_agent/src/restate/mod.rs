//! The server of Restate: found, or installed with npm and started.

mod client;
mod install;
mod server;

use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};

pub use client::RestateClient;
pub use install::program;
use server::Server;

use crate::AnyError;

/// The time that the server may take to start.
const START_TIME: Duration = Duration::from_secs(60);

const NOT_OURS: &str = "this process has not started the server";

/// The usual ports of the ingress and of the administration.
const USUAL_PORTS: [u16; 2] = [8080, 9070];

/// A server of Restate on this machine.
pub struct Restate {
    client: RestateClient,
    /// The server that this process has started, which stops when it is dropped.
    own: Option<Server>,
}

impl Restate {
    /// Returns the server that answers at the usual ports, or starts one whose data are in this folder.
    ///
    /// # Errors
    ///
    /// No server answers, and none can be started.
    pub async fn find_or_start(folder: &Path) -> Result<Self, AnyError> {
        let client = RestateClient::at(USUAL_PORTS)?;
        if client.is_ready().await {
            return Ok(Self { client, own: None });
        }
        Self::start(&program(folder)?, &folder.join("data")).await
    }

    /// Starts a server on free ports of the loopback address.
    ///
    /// # Errors
    ///
    /// The server cannot be started.
    pub async fn start(program: &Path, data: &Path) -> Result<Self, AnyError> {
        let ports @ [ingress, admin, _] = free_ports()?;
        let mut started = Self {
            client: RestateClient::at([ingress, admin])?,
            own: Some(Server::start(program, data, ports)?),
        };
        started.wait_until_ready().await?;
        Ok(started)
    }

    /// Kills the server that this process has started.
    ///
    /// # Errors
    ///
    /// The server is not one that this process has started.
    pub async fn kill(&mut self) -> Result<(), AnyError> {
        self.own.as_mut().ok_or(NOT_OURS)?.kill().await
    }

    /// Starts the server that was killed again, with its data.
    ///
    /// # Errors
    ///
    /// The server is not one that this process has started, or cannot be started again.
    pub async fn restart(&mut self) -> Result<(), AnyError> {
        self.own.as_mut().ok_or(NOT_OURS)?.restart()?;
        self.wait_until_ready().await
    }

    /// Returns a client of the server.
    #[must_use]
    pub fn client(&self) -> &RestateClient {
        &self.client
    }

    /// Waits until the server that this process has started ends, and returns that as an error. Waits without end for
    /// another server, which its owner may start again.
    pub async fn ended(&mut self) -> AnyError {
        match &mut self.own {
            Some(server) => server.ended().await,
            None => pending().await,
        }
    }

    async fn wait_until_ready(&mut self) -> Result<(), AnyError> {
        let client = self.client.clone();
        let ready = async {
            let deadline = Instant::now() + START_TIME;
            while Instant::now() < deadline {
                if client.is_ready().await {
                    return true;
                }
                sleep(Duration::from_millis(50)).await;
            }
            false
        };
        let is_ready = tokio::select! {
            error = self.ended() => return Err(error),
            is_ready = ready => is_ready,
        };
        if is_ready {
            return Ok(());
        }
        let log = self.own.as_ref().map(Server::last_lines);
        Err(format!(
            "the server of Restate is not ready after {START_TIME:?}; {}",
            log.unwrap_or_default()
        )
        .into())
    }
}

/// Returns ports that are free now.
fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    let mut ports = [0; N];
    // All at once, so that they differ.
    let mut listeners = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

/// Returns a port that is free now.
///
/// # Errors
///
/// The system has none.
pub fn free_port() -> io::Result<u16> {
    let [port] = free_ports()?;
    Ok(port)
}
