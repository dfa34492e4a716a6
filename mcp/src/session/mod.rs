//! Sessions: listing tools, and calling them in rounds.

mod call;
mod connect;
mod current;
mod era;
mod era_change;
mod list;
mod live_headers;
mod needed;
mod negotiate;
mod options;
mod request_span;
mod target;
mod unsent;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::error::{OpenError, RequestError};
pub use crate::headers::ParamHeader;
use crate::transport::CallProgress;
pub use crate::transport::Head;
pub use call::{Asked, CallRounds, Round, ToolReply, ToolRequest};
use connect::Connector;
pub use list::ToolPage;
pub use options::SessionBuilder;
use options::{Options, Source};
pub use request_span::{is_error_flag, is_tool_error};

/// The time for a server to start and to open the session.
const OPEN_TIMEOUT: Duration = Duration::from_secs(120);

/// A session with an MCP server, of the older era of the protocol or of the newer one. Cloning is
/// cheap; the session ends when its last clone is dropped.
///
/// If a server ends, or forgets its session, the next request starts it or opens another session. A
/// request that a server may have carried out is not repeated.
#[derive(Clone)]
pub struct Session(Arc<Connector>);

impl Session {
    /// Opens a session, with the environment variables of this process.
    ///
    /// # Errors
    ///
    /// Returns an error if a variable is not set, the URL is not allowed, the program cannot be
    /// started, or the server cannot be reached or does not speak the protocol.
    pub async fn open(endpoint: impl Into<Endpoint>) -> Result<Self, OpenError> {
        Self::builder(endpoint).open().await
    }

    /// Opens a session, with environment variables that `variables` looks up.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_with(
        endpoint: impl Into<Endpoint>,
        variables: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, OpenError> {
        Self::builder(endpoint).open_with(variables).await
    }

    /// Returns a builder for a session: with the name of the client, and with answers to questions of
    /// the server.
    pub fn builder(endpoint: impl Into<Endpoint>) -> SessionBuilder {
        SessionBuilder::default().endpoint(endpoint)
    }

    async fn start(
        source: Source,
        options: Options,
        variables: &impl Fn(&str) -> Option<String>,
    ) -> Result<Self, OpenError> {
        // On the heap, because the future of a handshake is large.
        let connector = Box::pin(Connector::start(source, options, variables)).await?;
        Ok(Self(Arc::new(connector)))
    }

    /// Closes the session. A child process is ended, and requests without a response are errors.
    pub async fn close(self) {
        self.0.close().await;
    }

    /// Sends a request and returns the text of its result.
    ///
    /// # Errors
    ///
    /// Returns the server's error, or the reason for which there is no result.
    pub async fn request(&self, method: &str, params: &Value) -> Result<String, RequestError> {
        let reply = self
            .0
            .send(method, params, &|_| {}, &CallProgress::default())
            .await;
        reply.outcome
    }

    /// Returns the transport, as OpenTelemetry names it: `tcp` for HTTP, and `pipe` for a program.
    #[must_use]
    pub fn transport(&self) -> &'static str {
        self.0.transport()
    }

    /// Returns the version of the protocol that the session speaks; `None` if it is not connected.
    pub async fn protocol_version(&self) -> Option<String> {
        self.0.version().await
    }

    /// Returns the instructions of the server for models, as it stated them when the session was opened.
    pub async fn instructions(&self) -> Option<String> {
        self.0.instructions().await
    }

    /// Returns the secrets of the endpoint, so that a program can look for them in what the server
    /// sends.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretString> {
        self.0.secrets.values()
    }

    /// Replaces the secrets of the endpoint in a message, because servers may repeat them.
    #[must_use]
    pub fn redact(&self, message: String) -> String {
        self.0.secrets.redact(message)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").finish_non_exhaustive()
    }
}
