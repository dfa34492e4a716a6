//! A session with a server.

use std::fmt;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{CallToolRequestParams, CallToolResult, JsonObject};
use rmcp::service::{Peer, RoleClient, RunningService, ServiceError, ServiceExt};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use secrecy::ExposeSecret;
use tokio::process::Command;

use super::server::{McpServer, Reach};
use crate::error::Error;

/// How long a server may take to start and to say what it is.
const START: Duration = Duration::from_secs(120);

/// A session with a server. Cheap to clone; it ends with its last clone.
#[derive(Clone)]
pub struct McpSession {
    peer: Peer<RoleClient>,
    /// How the server is reached, if that is known: errors may repeat what is secret in it.
    reach: Option<Arc<Reach>>,
    /// What keeps the session open, unless somebody else does.
    service: Option<Arc<RunningService<RoleClient, ()>>>,
}

impl McpSession {
    /// Opens a session.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if a variable is not set, the program cannot be started, or what answers
    /// does not speak the protocol.
    pub async fn open(server: McpServer) -> Result<Self, Error> {
        let server = server.resolve(|name| std::env::var(name).ok())?;
        let reach = &server.reach;
        let failed = |what: String| {
            let what = reach.censor(what);
            Error::config(format!("no session with the MCP server: {what}"))
        };
        let opened = tokio::time::timeout(START, start(reach)).await;
        let opened = opened.map_err(|_| failed(format!("no answer in {} s", START.as_secs())))?;
        let service = opened.map_err(failed)?;
        Ok(Self {
            peer: service.peer().clone(),
            reach: Some(Arc::new(server.reach)),
            service: Some(Arc::new(service)),
        })
    }

    /// Ends the session, if no other clone of it is left; a program that was started ends too.
    pub async fn close(self) {
        if let Some(service) = self.service.and_then(Arc::into_inner) {
            // However it took its leave, it is gone.
            let _ended = service.cancel().await;
        }
    }

    /// The session as `rmcp` has it, for what a client of tools does not offer.
    #[must_use]
    pub fn peer(&self) -> &Peer<RoleClient> {
        &self.peer
    }

    /// Text without any secret of the session.
    pub(super) fn censor(&self, text: String) -> String {
        match &self.reach {
            Some(reach) => reach.censor(text),
            None => text,
        }
    }

    pub(super) async fn call_tool(
        &self,
        name: &'static str,
        arguments: Option<JsonObject>,
    ) -> Result<CallToolResult, ServiceError> {
        let mut params = CallToolRequestParams::new(name);
        params.arguments = arguments;
        match &self.service {
            Some(service) => service.call_tool(params).await,
            None => self.peer.call_tool(params).await,
        }
    }
}

/// A session that is open already, and that somebody else keeps open.
impl From<Peer<RoleClient>> for McpSession {
    fn from(peer: Peer<RoleClient>) -> Self {
        Self {
            peer,
            reach: None,
            service: None,
        }
    }
}

impl fmt::Debug for McpSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("McpSession").finish_non_exhaustive()
    }
}

/// Opens a session; the error is in words.
async fn start(reach: &Reach) -> Result<RunningService<RoleClient, ()>, String> {
    match reach {
        Reach::Http { url, token, .. } => {
            let mut config = StreamableHttpClientTransportConfig::with_uri(url.as_str());
            if let Some(token) = token {
                config = config.auth_header(token.expose_secret());
            }
            crate::http::install_crypto_provider();
            let client = reqwest::Client::builder()
                // The token goes to no other host.
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .map_err(|error| error.to_string())?;
            let transport = StreamableHttpClientTransport::with_client(client, config);
            let opened = ().serve(transport).await;
            opened.map_err(|error| error.to_string())
        }
        Reach::Command {
            program,
            args,
            variables,
            directory,
        } => {
            let mut command = Command::new(program);
            command.args(args).env_clear();
            for (name, value) in variables {
                command.env(name, value.expose_secret());
            }
            if let Some(directory) = directory {
                command.current_dir(directory);
            }
            let started = TokioChildProcess::builder(command)
                .stderr(Stdio::null())
                .spawn();
            let (transport, _) = started
                .map_err(|error| format!("{} does not start: {error}", program.display()))?;
            let opened = ().serve(transport).await;
            opened.map_err(|error| error.to_string())
        }
    }
}
