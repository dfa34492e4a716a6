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
//! | protocol | this server |
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
//! | `ttlMs`, `cacheScope` | how long clients of 2026-07-28 may cache the list ([`Server::list_ttl`]); the cache is per client |
//!
//! # Approvals
//!
//! A state of a question is bound to the tool, to the arguments as they would be sent, to the client and to
//! an expiry ([`Server::approval_timeout`]), and it is used once. A state that is forged, changed, expired
//! or used is refused with error -32602; `data.reason` is `forged`, `other_tool`, `other_arguments`,
//! `other_client`, `other_server`, `expired`, `used`, `too_many` (1,024 of one client are remembered until
//! they expire) or `unavailable`. A server refuses states sealed by other servers, including itself before a
//! restart, unless they share [`Server::approval_key`] and [`Server::approval_store`]. A state for another account is
//! `other_account`.
//!
//! If the client cannot ask, the call is refused, and the text says how a person can approve it; with
//! [`Server::ask_client_first`] it goes to the channel of the policy.
//!
//! # Context
//!
//! A call is identified by `_meta["toolsmith/call_id"]` or, from Claude Code, by `_meta["claudecode/toolUseId"]`. Its
//! trace comes from `_meta.traceparent` or the header `traceparent`, its principal from the [`Principal`] of the
//! request. A repeated identifier does not repeat the call; see
//! [`Toolbox::call_in`](crate::agent::Toolbox::call_in).
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
//! | HTTP, 2026-07-28 | the [`Principal`] of the request, with the principal and the accounts of the tools of its [customer](#customers), or else its `Authorization`; each of up to 64 values of `_meta["toolsmith/client"]` counts as a separate client |
//! | the same, without any of these | the TCP connection, if [`BoundServer`] serves it; all other requests share one count, and their identifiers are not remembered |
//!
//! A session belongs to the credentials that opened it; for others, it does not exist. If clients renew their
//! credentials during a session, give each request a [`Principal`].
//!
//! # Customers
//!
//! [`Server::per_request`] asks the program for the tools of every request, and [`Server::into_service`] is a service
//! for any path of its router, below its own authentication:
//!
//! | | is bound to |
//! |---|---|
//! | a session, and the state of a question | the [`Principal`] (or else the `Authorization`) of the request, the principal in the [context](crate::agent::Toolbox::context) of its tools, and their accounts |
//! | [`Policy::max_calls`](crate::agent::Policy::max_calls) | the client, as above |
//! | [`CallLimit::per_principal`](crate::agent::CallLimit::per_principal) | the principal; without one, the accounts, or else the `Authorization` |
//! | [`HttpServer::max_sessions_per_principal`] | the same |
//!
//! Tools that differ in none of these, such as those of MCP servers with the tokens of customers, need a principal.
//!
//! Counts apply to clients, not to people. A client can get a fresh count by opening a new connection or session, by
//! sending another `toolsmith/client`, or by idling for [`HttpServer::session_idle_timeout`]. Without
//! [`HttpServer::token`] or a [`Principal`], `Authorization` is not verified, so a client can invent identities and
//! occupy all slots; limits per principal then count 4,096 such clients and refuse others. If a limit must hold, give
//! clients tokens or principals.
//!
//! # Messages
//!
//! A message that cannot be read gets error -32700 with a null id, a message that is not a request -32600, and
//! invalid parameters -32602 with the reason. The server then continues. Clients up to 2025-03-26 may send a batch of messages.
//! Arguments may be a string of JSON. Null for an optional argument that may not be null counts as absent, because some
//! clients send null for everything.
//!
//! The standard output contains only messages of the protocol. Send the events of `tracing` to the
//! standard error.

mod approval;
mod call;
mod caller;
mod definition;
mod handler;
mod http;
mod in_flight;
mod incoming;
mod lines;
mod list;
mod listing;
mod operation;
mod progress;
mod settings;
mod source;
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

use axum::http::request::Parts;

use crate::agent::{ApprovalStore, ServerCounts, Toolbox};
use caller::{Identity, Owner, Requester};
use handler::{Handler, Shared};
use lines::Lines;
use settings::Settings;
use source::ToolSource;

pub use http::{BoundServer, HttpServer, McpService, Principal};
pub use rmcp;
pub use source::{IntoToolbox, PerRequest};

/// The default of the number of sessions of a principal, if the program makes the tools of each request.
const MAX_SESSIONS_PER_PRINCIPAL: usize = 100;

/// An MCP server: of one toolbox, or, as a `Server<PerRequest>`, of a toolbox for each request.
#[derive(Debug, Clone)]
pub struct Server<T = Toolbox> {
    tools: T,
    settings: Settings,
}

impl Server {
    /// Creates a server with the name of the catalog, which lists all tools at once.
    #[must_use]
    pub fn new(toolbox: Toolbox) -> Self {
        Self {
            tools: toolbox,
            settings: Settings::default(),
        }
    }
}

impl Server<PerRequest> {
    /// Creates a server that asks the program for the tools of each HTTP request, such as those of the customer that
    /// the program has authenticated.
    ///
    /// The closure is called for every request, also within a session. It returns a [`Toolbox`], a `Result` whose
    /// error is the response to the request, or a future of these. Make the toolbox of a client that the program
    /// keeps ([`for_account`](crate::Client::for_account)); the server keeps the counts of calls and the identifiers
    /// seen, and renders each list of tools once.
    ///
    /// ```
    /// use axum::extract::Request;
    /// use axum::http::StatusCode;
    /// use axum::http::request::Parts;
    /// use axum::middleware::{Next, from_fn};
    /// use axum::response::Response;
    /// use toolsmith_runtime::adapters::mcp_server::{McpService, Principal, Server};
    /// use toolsmith_runtime::agent::{CallLimit, Policy};
    /// use toolsmith_runtime::Client;
    ///
    /// /// A customer, as a middleware of the program has authenticated it.
    /// #[derive(Clone)]
    /// struct Customer {
    ///     name: String,
    ///     account: String,
    /// }
    ///
    /// async fn authenticate(mut request: Request, next: Next) -> Response {
    ///     // After the check of the request's credentials.
    ///     let customer = Customer { name: "ann".to_owned(), account: "acc_1".to_owned() };
    ///     // Sessions and limits are those of the principal, whatever `Authorization` a request has.
    ///     request.extensions_mut().insert(Principal::new(&customer.name));
    ///     request.extensions_mut().insert(customer);
    ///     next.run(request).await
    /// }
    ///
    /// fn service(client: Client) -> McpService {
    ///     let tools = move |parts: Parts| {
    ///         let customer = parts.extensions.get::<Customer>().ok_or(StatusCode::FORBIDDEN)?;
    ///         let tools = client.for_account(&customer.account).toolbox();
    ///         Ok::<_, StatusCode>(tools.policy(Policy::new().limit(CallLimit::new(1_000).per_principal())))
    ///     };
    ///     Server::per_request(tools).into_service()
    /// }
    ///
    /// fn router(client: Client) -> axum::Router {
    ///     let router = axum::Router::new().nest_service("/customers/mcp", service(client));
    ///     router.layer(from_fn(authenticate))
    /// }
    /// ```
    #[must_use]
    pub fn per_request<R: IntoToolbox<Kind>, Kind>(
        tools: impl Fn(Parts) -> R + Send + Sync + 'static,
    ) -> Self {
        Self {
            tools: PerRequest::new(tools),
            settings: Settings::default(),
        }
    }

    /// Serves any number of clients over streamable HTTP.
    ///
    /// Each principal may have 100 sessions; see
    /// [`max_sessions_per_principal`](HttpServer::max_sessions_per_principal).
    #[must_use]
    pub fn http(self) -> HttpServer {
        let shared = Shared::new(&self.settings, ServerCounts::new());
        let server = HttpServer::new(
            ToolSource::PerRequest(self.tools),
            Arc::new(shared),
            self.settings.max_message_bytes,
        );
        server.max_sessions_per_principal(MAX_SESSIONS_PER_PRINCIPAL)
    }

    /// Returns the server as a service for any path of a router, with the settings of [`http`](Self::http).
    #[must_use]
    pub fn into_service(self) -> McpService {
        self.http().into_service()
    }
}

impl<T> Server<T> {
    /// Sets the name and version that clients see.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.settings.name = Some(name.into());
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

    /// Sets how long clients of 2026-07-28 may cache the list of tools; by default, 5 minutes.
    #[must_use]
    pub fn list_ttl(mut self, ttl: Duration) -> Self {
        self.settings.list_ttl = ttl;
        self
    }

    /// Sets the key that seals the states of approvals; by default, each server has a random one.
    ///
    /// Set it, and [`approval_store`](Self::approval_store), if several processes serve the same clients: without a
    /// shared store, a server refuses states sealed by other servers, including itself before a restart. The key must
    /// be random and secret: anyone who knows it can approve every call.
    #[must_use]
    pub fn approval_key(mut self, key: [u8; 32]) -> Self {
        self.settings.approval_key = Some(key);
        self
    }

    /// Sets a store of used approvals that the servers with the same [`approval_key`](Self::approval_key) share; by
    /// default, each server has a separate one.
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
}

impl Server {
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
        let counts = ServerCounts::of(&self.tools);
        let shared = Arc::new(Shared::new(&self.settings, counts));
        let listing = shared.listings.of(&self.tools);
        let lines = Lines::new(input, output, max_bytes, listing);
        let requester = Requester {
            toolbox: self.tools,
            principal: None,
            owner: Owner::default(),
            label: None,
        };
        let handler = Handler::new(&shared, connection(), Some(requester));
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
        let shared = Shared::new(&self.settings, ServerCounts::of(&self.tools));
        HttpServer::new(
            ToolSource::Fixed(Box::new(self.tools)),
            Arc::new(shared),
            self.settings.max_message_bytes,
        )
    }

    /// Returns the server as a service for any path of a router, with the settings of [`http`](Self::http).
    #[must_use]
    pub fn into_service(self) -> McpService {
        self.http().into_service()
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
