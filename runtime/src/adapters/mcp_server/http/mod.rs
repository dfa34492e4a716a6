//! The server over streamable HTTP.

mod access;
mod batch;
mod body;
mod clients;
mod endpoint;
mod headers;
mod manager;
mod refused;
mod slots;
mod streams;

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use axum::{BoxError, Router};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tower_service::Service;

use super::handler::Shared;
use super::source::ToolSource;
use access::HostPolicy;
use clients::Connection;
use endpoint::{Endpoint, EndpointSettings};
use slots::Limits;

pub use clients::Principal;

/// The path of the endpoint.
const PATH: &str = "/mcp";

/// The interval at which sessions that are expired are closed.
const SWEEP_INTERVAL: Duration = Duration::from_secs(10);

/// An MCP server over streamable HTTP, for any number of clients.
///
/// By default, only requests addressed to this machine are accepted, and browser requests only from pages served by
/// this machine, so that web pages cannot reach a local server.
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
    settings: EndpointSettings,
}

impl HttpServer {
    pub(super) fn new(source: ToolSource, shared: Arc<Shared>, max_message_bytes: usize) -> Self {
        Self {
            shared,
            settings: EndpointSettings {
                source,
                access: HostPolicy::default(),
                tokens: Vec::new(),
                limits: Limits::default(),
                max_message_bytes,
            },
        }
    }

    /// Accepts requests addressed to this host, such as `tools.example.com`; `*` is every host, for servers that web
    /// pages cannot use without credentials.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.settings.access.allow_host(&host.into());
        self
    }

    /// Accepts browser requests from pages of this origin, such as `https://app.example.com`, and sends the headers of
    /// CORS.
    ///
    /// Without a port, it is the port of the scheme; `https://app.example.com:*` is every port, and `*` is
    /// every origin. Pages of this machine are always allowed.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.settings.access.allow_origin(&origin.into());
        self
    }

    /// Requires this bearer token. Call it again to accept several tokens.
    ///
    /// Clients of 2026-07-28 with the same token are one client; see
    /// [Clients](super#clients).
    #[must_use]
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.settings.tokens.push(token.into());
        self
    }

    /// Sets the number of clients that the server keeps state for; by default, 1,000.
    ///
    /// They are sessions, and clients of 2026-07-28 that have credentials.
    #[must_use]
    pub fn max_sessions(mut self, sessions: usize) -> Self {
        self.settings.limits.clients = sessions;
        self
    }

    /// Sets the number of clients that the server keeps state for with the same principal, or without one the same
    /// accounts, or else the same `Authorization`. A client beyond it gets status 429 with `Retry-After`.
    ///
    /// By default, it is 100 for [`Server::per_request`](super::Server::per_request), and not limited otherwise.
    #[must_use]
    pub fn max_sessions_per_principal(mut self, sessions: usize) -> Self {
        self.settings.limits.of_one_owner = sessions;
        self
    }

    /// Sets the time after which a session without requests and open streams ends; by default, 30 minutes.
    #[must_use]
    pub fn session_idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.idle = timeout;
        self
    }

    /// Sets the time after which a session ends in any case; by default, 24 hours.
    #[must_use]
    pub fn session_max_age(mut self, age: Duration) -> Self {
        self.settings.limits.age = age;
        self
    }

    /// Binds to an address of this machine; port 0 chooses a free port.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is in use, if other machines can reach it and no token is set, or if an
    /// allowed host or origin is malformed.
    pub async fn listen(self, address: SocketAddr) -> io::Result<BoundServer> {
        let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidInput, message);
        let settings = &self.settings;
        let is_open = settings.tokens.is_empty() && !settings.source.is_per_request();
        if is_open && !address.ip().is_loopback() {
            let message = format!("{address} can be reached from other machines: set a token");
            return Err(invalid(message));
        }
        if let Some(text) = &self.settings.access.invalid {
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
    /// A malformed host or origin is logged and ignored.
    pub fn into_router(self) -> Router {
        Router::new().route_service(PATH, self.into_service())
    }

    /// Returns the server as a service for any path of a router, below the layers that authenticate requests.
    ///
    /// A malformed host or origin is logged and ignored.
    ///
    /// ```
    /// use axum::Router;
    /// use toolsmith_runtime::adapters::mcp_server::HttpServer;
    ///
    /// fn router(server: HttpServer) -> Router {
    ///     Router::new().nest_service("/customers/{customer}/mcp", server.into_service())
    /// }
    /// ```
    pub fn into_service(self) -> McpService {
        if let Some(text) = &self.settings.access.invalid {
            tracing::error!(target: "toolsmith", text, "neither a host nor an origin; it allows nothing");
        }
        McpService(Arc::new(self.into_endpoint()))
    }

    fn into_endpoint(self) -> Endpoint {
        Endpoint::new(self.shared, self.settings)
    }
}

/// An MCP server as a [`tower`](https://docs.rs/tower) service. It answers at every path that it is given.
///
/// Cheap to clone; clones share the sessions.
#[derive(Clone)]
pub struct McpService(Arc<Endpoint>);

impl<B> Service<Request<B>> for McpService
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let endpoint = Arc::clone(&self.0);
        Box::pin(async move { Ok(endpoint.handle(request.map(Body::new)).await) })
    }
}

impl fmt::Debug for McpService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("McpService").finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpServer")
            .field("access", &self.settings.access)
            .field("tokens", &self.settings.tokens.len())
            .field("limits", &self.settings.limits)
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
        let service = McpService(Arc::clone(&self.endpoint));
        let router = Router::new().route_service(PATH, service);
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
