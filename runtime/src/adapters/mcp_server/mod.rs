//! A toolbox as an MCP server, for Claude and every other client of the protocol.
//!
//! ```no_run
//! use toolsmith_runtime::Client;
//! use toolsmith_runtime::adapters::mcp_server::Server;
//!
//! /// Serves the client that started this program.
//! async fn serve(client: &Client) -> std::io::Result<()> {
//!     Server::new(client.toolbox()).serve_stdio().await
//! }
//! ```
//!
//! # Protocol
//!
//! | of the protocol | here |
//! |---|---|
//! | `tools/list` | the tools of the toolbox, all at once or in pages ([`Server::page_size`]) |
//! | `annotations` | `readOnlyHint`, `destructiveHint`, `idempotentHint`; `openWorldHint` is true |
//! | `outputSchema` | the names and types of the response, as far as the catalog has them; every field may be null or missing, because APIs do not always follow their schemas |
//! | `content` | the text for the model: the response in bounded size, or an instruction |
//! | `structuredContent` | the response as JSON, under `result` if it is not an object; [`Reply::to_json`](crate::agent::Reply::to_json) if the call did not succeed |
//! | `isError` | `true` for refusals, denials and errors of the API |
//! | `notifications/progress` | the start of a call, waits for the rate limit, further attempts, and every five seconds that the call is still running |
//! | `notifications/cancelled` | cancels the call; a request that was sent already may have taken effect |
//! | `elicitation/create` | asks for approval if the [policy](crate::agent::Policy::require_approval) requires it; if the client cannot ask, the call is refused with the reason |
//!
//! The standard output contains only messages of the protocol. Send the events of `tracing` to the
//! standard error.

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

/// The name, version and instructions that clients see.
#[derive(Debug, Clone)]
struct Identity {
    name: String,
    version: String,
    instructions: Option<String>,
}

impl Server {
    /// Creates a server with the name of the catalog, which lists all tools at once.
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

    /// Sets the name and version that clients see.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.identity.name = name.into();
        self.identity.version = version.into();
        self
    }

    /// Sets the instructions that a model reads before it calls a tool.
    #[must_use]
    pub fn instructions(mut self, text: impl Into<String>) -> Self {
        self.identity.instructions = Some(text.into());
        self
    }

    /// Sets the number of tools of a page of the list; at least one.
    #[must_use]
    pub fn page_size(mut self, tools: usize) -> Self {
        self.page_size = Some(tools.max(1));
        self
    }

    /// Serves the client that started this program, until it closes the standard input.
    ///
    /// # Errors
    ///
    /// The client does not start with the handshake of the protocol.
    pub async fn serve_stdio(self) -> io::Result<()> {
        let (input, output) = rmcp::transport::stdio();
        self.serve(input, output).await
    }

    /// Serves one client, with one message per line, until it closes `input`.
    ///
    /// # Errors
    ///
    /// The client does not start with the handshake of the protocol.
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
