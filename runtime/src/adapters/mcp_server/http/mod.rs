//! The server over streamable HTTP.

mod access;
mod clients;
mod endpoint;
mod manager;
mod slots;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use secrecy::SecretString;
use tokio::net::TcpListener;

use super::handler::Shared;
use access::Access;
use clients::Connection;
use endpoint::Endpoint;
use slots::Limits;

pub use clients::Principal;

/// The path of the endpoint.
const PATH: &str = "/mcp";

/// The interval at which sessions that are expired are closed.
const SWEEP_INTERVAL: Duration = Duration::from_secs(10);

/// An MCP server over streamable HTTP, for any number of clients.
///
/// By default, requests must name a host of this machine, and requests of browsers are refused unless
/// their page is of this machine, so that no web page reaches a server for local programs.
///
/// The server keeps state for a bounded number of clients: [`max_sessions`](Self::max_sessions),
/// [`session_idle_timeout`](Self::session_idle_timeout) and [`session_max_age`](Self::session_max_age). A
/// client beyond the bound gets status 503 with `Retry-After`.
///
/// ```no_run
/// use toolsmith_runtime::Client;
/// use toolsmith_runtime::adapters::mcp_server::Server;
///
/// async fn serve(client: &Client, token: String) -> std::io::Result<()> {
///     let server = Server::new(client.toolbox()).http().token(token);
///     let bound = server.listen(([127, 0, 0, 1], 4020).into()).await?;
///     println!("listening at {}", bound.url());
///     bound.serve().await
/// }
/// ```
#[derive(Clone)]
pub struct HttpServer {
    shared: Arc<Shared>,
    access: Access,
    tokens: Vec<SecretString>,
    limits: Limits,
    max_message_bytes: usize,
}

impl HttpServer {
    pub(super) fn new(shared: Arc<Shared>, max_message_bytes: usize) -> Self {
        Self {
            shared,
            access: Access::default(),
            tokens: Vec::new(),
            limits: Limits::default(),
            max_message_bytes,
        }
    }

    /// Allows requests that name this host, such as `tools.example.com`.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.access.allow_host(&host.into());
        self
    }

    /// Allows requests from pages of this origin, such as `https://app.example.com`, and lets browsers
    /// know it (CORS).
    ///
    /// Without a port, it is the port of the scheme; `https://app.example.com:*` is every port, and `*` is
    /// every origin. Pages of this machine are always allowed.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.access.allow_origin(&origin.into());
        self
    }

    /// Requires clients to send this bearer token, or one of those of other calls of this method.
    ///
    /// Clients of 2026-07-28 with the same token are one client; see
    /// [Clients](super#clients).
    #[must_use]
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.tokens.push(token.into());
        self
    }

    /// Sets the number of clients that the server keeps state for; by default, 1,000.
    ///
    /// They are sessions, and clients of 2026-07-28 that have credentials.
    #[must_use]
    pub fn max_sessions(mut self, sessions: usize) -> Self {
        self.limits.clients = sessions;
        self
    }

    /// Sets the time after which a session without requests and open streams ends; by default, 30 minutes.
    #[must_use]
    pub fn session_idle_timeout(mut self, timeout: Duration) -> Self {
        self.limits.idle = timeout;
        self
    }

    /// Sets the time after which a session ends in any case; by default, 24 hours.
    #[must_use]
    pub fn session_max_age(mut self, age: Duration) -> Self {
        self.limits.age = age;
        self
    }

    /// Binds to an address of this machine; port 0 chooses a free port.
    ///
    /// # Errors
    ///
    /// The address is in use, or can be reached from other machines while no token is set, or a host or an
    /// origin that is allowed is not one.
    pub async fn listen(self, address: SocketAddr) -> io::Result<BoundServer> {
        let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidInput, message);
        if !address.ip().is_loopback() && self.tokens.is_empty() {
            let message = format!("{address} can be reached from other machines: set a token");
            return Err(invalid(message));
        }
        if let Some(text) = &self.access.invalid {
            let message =
                format!("{text} is neither a host nor an origin such as https://example.com");
            return Err(invalid(message));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(BoundServer {
            listener,
            address,
            endpoint: Arc::new(self.into_endpoint()),
        })
    }

    /// Returns the server as a router for an existing server; its path is `/mcp`.
    ///
    /// An allowed host or origin that is not one is logged, and allows nothing.
    pub fn into_router(self) -> Router {
        if let Some(text) = &self.access.invalid {
            tracing::error!(target: "toolsmith", text, "neither a host nor an origin; it allows nothing");
        }
        router(Arc::new(self.into_endpoint()))
    }

    fn into_endpoint(self) -> Endpoint {
        let Self {
            shared,
            access,
            tokens,
            limits,
            max_message_bytes,
        } = self;
        Endpoint::new(shared, access, tokens, limits, max_message_bytes)
    }
}

fn router(endpoint: Arc<Endpoint>) -> Router {
    let handle = move |request: Request| {
        let endpoint = Arc::clone(&endpoint);
        async move { endpoint.handle(request).await }
    };
    Router::new().route(PATH, any(handle))
}

impl fmt::Debug for HttpServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpServer")
            .field("access", &self.access)
            .field("tokens", &self.tokens.len())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A server that is bound to an address.
pub struct BoundServer {
    listener: TcpListener,
    address: SocketAddr,
    endpoint: Arc<Endpoint>,
}

impl BoundServer {
    /// Returns the URL for clients, such as `http://127.0.0.1:4020/mcp`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// Serves until the future is dropped.
    ///
    /// # Errors
    ///
    /// The operating system closed the socket.
    pub async fn serve(self) -> io::Result<()> {
        let router = router(Arc::clone(&self.endpoint));
        let service = router.into_make_service_with_connect_info::<Connection>();
        tokio::select! {
            served = axum::serve(self.listener, service) => served,
            () = self.endpoint.close_expired(SWEEP_INTERVAL) => Ok(()),
        }
    }
}

impl fmt::Debug for BoundServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BoundServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
