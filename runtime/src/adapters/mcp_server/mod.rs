//! A toolbox as an MCP server, for Claude and every other client of the protocol.
//!
//! ```no_run
//! use toolsmith_runtime::Client;
//! use toolsmith_runtime::adapters::mcp_server::Server;
//!
//! /// Serves the program that started this one.
//! async fn serve(client: &Client) -> std::io::Result<()> {
//!     Server::new(client.toolbox()).serve_stdio().await
//! }
//! ```
//!
//! # What clients see
//!
//! | of the protocol | here |
//! |---|---|
//! | `tools/list` | the tools that the toolbox offers, whole or in pages ([`Server::page_size`]) |
//! | `annotations` | `readOnlyHint`, `destructiveHint`, `idempotentHint`; `openWorldHint` is true |
//! | `outputSchema` | the names and types of the answer, as far as the catalog knows them; any of them may be null or missing, for the server behind does not always keep its word |
//! | `content` | the text for the model: the answer in bounded size, or what to do instead |
//! | `structuredContent` | the answer as JSON, under `result` if it is no object; of a call that did not succeed, [`Reply::to_json`](crate::agent::Reply::to_json) |
//! | `isError` | whatever keeps a call from success: refusals, the policy, errors of the API |
//! | `notifications/progress` | the start of a call, its waits for the rate limit and further tries, and every five seconds that it still runs |
//! | `notifications/cancelled` | the call is dropped; what was sent already may have been carried out |
//! | `elicitation/create` | asks the person for a yes where the [policy](crate::agent::Policy::require_approval) wants one and names no one to ask; a client that cannot ask is told that the call needs a yes |
//!
//! Nothing but the protocol is written to the standard output; what is told by `tracing` belongs on
//! the standard error.

mod ask;
mod definition;
mod handler;
mod http;
mod progress;
mod structured;
#[cfg(test)]
mod tests;

use std::io;

use rmcp::ServiceExt;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::agent::Toolbox;
use handler::Handler;

pub use http::{BoundServer, HttpServer};
pub use rmcp;

/// An MCP server that offers the tools of a toolbox.
#[derive(Debug, Clone)]
pub struct Server {
    toolbox: Toolbox,
    identity: Identity,
    page_size: Option<usize>,
}

/// What a server says of itself.
#[derive(Debug, Clone)]
struct Identity {
    name: String,
    version: String,
    instructions: Option<String>,
}

impl Server {
    /// A server under the name of the catalog, which lists all tools at once.
    #[must_use]
    pub fn new(toolbox: Toolbox) -> Self {
        let identity = Identity {
            name: toolbox.catalog().name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instructions: None,
        };
        Self {
            toolbox,
            identity,
            page_size: None,
        }
    }

    /// Another name and version, as clients show them.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.identity.name = name.into();
        self.identity.version = version.into();
        self
    }

    /// What a model should know before it calls any tool.
    #[must_use]
    pub fn instructions(mut self, text: impl Into<String>) -> Self {
        self.identity.instructions = Some(text.into());
        self
    }

    /// Lists so many tools at once; at least one.
    #[must_use]
    pub fn page_size(mut self, tools: usize) -> Self {
        self.page_size = Some(tools.max(1));
        self
    }

    /// Serves the program that started this one, until it closes the standard input.
    ///
    /// # Errors
    ///
    /// The client does not begin as the protocol has it.
    pub async fn serve_stdio(self) -> io::Result<()> {
        let (input, output) = rmcp::transport::stdio();
        self.serve(input, output).await
    }

    /// Serves one client, a message a line, until it closes `input`.
    ///
    /// # Errors
    ///
    /// The client does not begin as the protocol has it.
    pub async fn serve<R, W>(self, input: R, output: W) -> io::Result<()>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let handler = Handler::new(self);
        let service = handler.serve((input, output)).await;
        let service = service.map_err(io::Error::other)?;
        service.waiting().await.map_err(io::Error::other)?;
        Ok(())
    }

    /// Serves any number of clients over streamable HTTP.
    #[must_use]
    pub fn http(self) -> HttpServer {
        HttpServer::new(Handler::new(self))
    }
}
