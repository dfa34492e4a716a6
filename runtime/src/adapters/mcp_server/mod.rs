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
//! | `notifications/cancelled` | cancels the call; a request that was sent already may have taken effect. A question of the call is withdrawn |
//! | `elicitation/create` | asks for approval if the [policy](crate::agent::Policy::require_approval) requires it, in clients up to 2025-11-25 |
//! | `InputRequiredResult` | the same for clients of 2026-07-28: the question is the result, and the client calls again with the answer and the sealed state |
//! | `ttlMs`, `cacheScope` | how long clients of 2026-07-28 may keep the list ([`Server::list_ttl`]); always for one client |
//!
//! # Approvals
//!
//! A state of a question is bound to the tool, to the arguments as they would be sent, to the client and to
//! an expiry ([`Server::approval_timeout`]), and it is used once. A state that is forged, changed, expired
//! or used is refused with error -32602; `data.reason` is `forged`, `other_tool`, `other_arguments`,
//! `other_client`, `other_server`, `expired`, `used`, `too_many` (1,024 of one client are remembered until
//! they expire) or `unavailable`. A server refuses the states of other servers, also of itself before a
//! restart, unless they share [`Server::approval_key`] and [`Server::approval_store`]. A state for another account is
//! `other_account`.
//!
//! If the client cannot ask, the call is refused, and the text says how a person can approve it; with
//! [`Server::ask_client_first`] it goes to the channel of the policy.
//!
//! # Context
//!
//! A call has the identifier that the client sends as `_meta["toolsmith/call_id"]`, or as Claude Code does, as
//! `_meta["claudecode/toolUseId"]`, the trace of `_meta.traceparent`, and the [`Principal`] of the request. A call with
//! the identifier of another is made once; see [`Toolbox::call_in`](crate::agent::Toolbox::call_in).
//!
//! # Clients
//!
//! Each client has its own count of calls ([`Policy::max_calls`](crate::agent::Policy::max_calls)) and its
//! own memory of identifiers:
//!
//! | transport and era | a client is |
//! |---|---|
//! | standard streams | the connection |
//! | HTTP, up to 2025-11-25 | the session |
//! | HTTP, 2026-07-28 | the [`Principal`] that the program gives, or else the `Authorization` of the request; of these, each of up to 64 values of `_meta["toolsmith/client"]` on its own |
//! | the same, without any of these | the TCP connection until it closes, if [`BoundServer`] serves it; all others share one count, and none of their identifiers are remembered |
//!
//! A session belongs to the credentials that opened it; to others, it does not exist. If clients renew their
//! credentials during a session, give each request a [`Principal`].
//!
//! A count holds for a client, not for a person. A client without credentials gets another count with another
//! connection, one with credentials with another session or another of its 64 values, and each after
//! [`HttpServer::session_idle_timeout`] without calls. Without [`HttpServer::token`] or a [`Principal`], the
//! `Authorization` of a request is not checked, so a client can make up others, and take the places of all clients.
//! Give clients tokens or principals if a limit has to hold.
//!
//! # Messages
//!
//! A message that cannot be read gets error -32700 with a null id, a message that is not a request -32600, and
//! invalid parameters -32602 with the reason. The server goes on. Arguments may be a string of JSON. Null for
//! an optional argument that may not be null counts as absent, because some clients send null for everything.
//!
//! The standard output contains only messages of the protocol. Send the events of `tracing` to the
//! standard error.

mod approval;
mod call;
mod caller;
mod definition;
mod handler;
mod http;
mod incoming;
mod lines;
mod list;
mod progress;
mod settings;
mod structured;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SystemRandom, generate};
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::agent::{ApprovalStore, Toolbox};
use caller::Identity;
use handler::{Handler, Shared};
use lines::Lines;
use settings::Settings;

pub use http::{BoundServer, HttpServer, Principal};
pub use rmcp;

/// An MCP server that offers the tools of a toolbox.
#[derive(Debug, Clone)]
pub struct Server {
    toolbox: Toolbox,
    settings: Settings,
}

impl Server {
    /// Creates a server with the name of the catalog, which lists all tools at once.
    #[must_use]
    pub fn new(toolbox: Toolbox) -> Self {
        let settings = Settings {
            name: toolbox.name().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instructions: None,
            page_size: None,
            list_ttl: settings::LIST_TTL,
            approval_key: None,
            approval_store: None,
            asks_client_first: false,
            approval_timeout: approval::TIMEOUT,
            max_message_bytes: incoming::MAX_MESSAGE_BYTES,
        };
        Self { toolbox, settings }
    }

    /// Sets the name and version that clients see.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.settings.name = name.into();
        self.settings.version = version.into();
        self
    }

    /// Sets the instructions that a model reads before it calls a tool.
    #[must_use]
    pub fn instructions(mut self, text: impl Into<String>) -> Self {
        self.settings.instructions = Some(text.into());
        self
    }

    /// Sets the number of tools of a page of the list; at least one.
    #[must_use]
    pub fn page_size(mut self, tools: usize) -> Self {
        self.settings.page_size = Some(tools.max(1));
        self
    }

    /// Sets the time for which clients of 2026-07-28 may keep the list of tools; by default, 5 minutes.
    #[must_use]
    pub fn list_ttl(mut self, ttl: Duration) -> Self {
        self.settings.list_ttl = ttl;
        self
    }

    /// Sets the key that seals the states of approvals; by default, each server has a random one.
    ///
    /// Set it, and [`approval_store`](Self::approval_store), if several processes serve the same clients: without a
    /// shared store, a server refuses the states of others. The key must be random and secret: who knows it
    /// can approve every call.
    #[must_use]
    pub fn approval_key(mut self, key: [u8; 32]) -> Self {
        self.settings.approval_key = Some(key);
        self
    }

    /// Sets the store of the approvals that were used, which the servers with one
    /// [`approval_key`](Self::approval_key) share; by default, each server has its own.
    #[must_use]
    pub fn approval_store(mut self, store: impl ApprovalStore) -> Self {
        self.settings.approval_store = Some(Arc::new(store));
        self
    }

    /// Asks the person at the client before the channel that the policy names
    /// ([`approve_with`](crate::agent::Policy::approve_with), [`approve_later`](crate::agent::Policy::approve_later)). That
    /// channel is used if the client cannot ask.
    ///
    /// ```
    /// use toolsmith_runtime::adapters::mcp_server::Server;
    /// use toolsmith_runtime::agent::{ApprovalRequest, Policy};
    /// use toolsmith_runtime::{Client, ToolFilter};
    ///
    /// /// Asks in the client, or else in the chat of the operators.
    /// fn server(client: &Client) -> Server {
    ///     let policy = Policy::new().approve_later(ToolFilter::mutating(), |request: ApprovalRequest| async move {
    ///         println!("{} ({})", request.question(), request.id);
    ///         Ok(())
    ///     });
    ///     Server::new(client.toolbox().policy(policy)).ask_client_first()
    /// }
    /// ```
    #[must_use]
    pub fn ask_client_first(mut self) -> Self {
        self.settings.asks_client_first = true;
        self
    }

    /// Sets the time that a person has to approve a call; by default, 10 minutes.
    #[must_use]
    pub fn approval_timeout(mut self, timeout: Duration) -> Self {
        self.settings.approval_timeout = timeout;
        self
    }

    /// Sets the length from which a message is rejected; by default, 4 MiB.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_message_bytes = bytes;
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
        let max_bytes = self.settings.max_message_bytes;
        let shared = Arc::new(Shared::new(&self.settings, self.toolbox));
        let lines = Lines::new(input, output, max_bytes, Arc::clone(&shared.pages));
        let handler = Handler::new(&shared, connection());
        let service = match handler.serve(lines).await {
            Ok(service) => service,
            Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(io::Error::other(error)),
        };
        service.waiting().await.map_err(io::Error::other)?;
        Ok(())
    }

    /// Serves any number of clients over streamable HTTP.
    #[must_use]
    pub fn http(self) -> HttpServer {
        let shared = Shared::new(&self.settings, self.toolbox);
        HttpServer::new(Arc::new(shared), self.settings.max_message_bytes)
    }
}

/// Returns the identity of a connection, which no other connection has.
fn connection() -> Identity {
    let random = generate::<[u8; 16]>(&SystemRandom::new());
    match random {
        Ok(random) => Identity::new(&URL_SAFE_NO_PAD.encode(random.expose())),
        // Without randomness there is no key for approvals, either.
        Err(_) => Identity::default(),
    }
}
