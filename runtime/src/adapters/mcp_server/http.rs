//! The server over streamable HTTP.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;

use super::handler::Handler;

/// The path of the endpoint.
const PATH: &str = "/mcp";

/// An MCP server over streamable HTTP, for any number of clients.
///
/// By default, requests must name a host of this machine, and requests of browsers are refused, so
/// that no web page reaches a server for local programs.
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
    handler: Handler,
    hosts: Vec<String>,
    origins: Vec<String>,
    token: Option<SecretString>,
}

impl HttpServer {
    pub(super) fn new(handler: Handler) -> Self {
        let local = ["localhost", "127.0.0.1", "::1"];
        Self {
            handler,
            hosts: local.map(str::to_owned).to_vec(),
            origins: Vec::new(),
            token: None,
        }
    }

    /// Allows requests that name this host, such as `tools.example.com`.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Allows requests from pages of this origin, such as `https://app.example.com:443`.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Requires clients to send this bearer token.
    #[must_use]
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Binds to an address of this machine; port 0 chooses a free port.
    ///
    /// # Errors
    ///
    /// The address is in use, or can be reached from other machines while no token is set.
    pub async fn listen(self, address: SocketAddr) -> io::Result<BoundServer> {
        if !address.ip().is_loopback() && self.token.is_none() {
            let message = format!("{address} can be reached from other machines: set a token");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(BoundServer {
            listener,
            address,
            router: self.into_router(),
        })
    }

    /// Returns the server as a router for an existing server; its path is `/mcp`.
    pub fn into_router(self) -> Router {
        let config = StreamableHttpServerConfig::default()
            .with_allowed_hosts(self.hosts)
            .with_allowed_origins(self.origins)
            .enforce_origin_validation();
        let handler = self.handler;
        let service = StreamableHttpService::new(
            move || Ok(handler.clone()),
            Arc::new(LocalSessionManager::default()),
            config,
        );
        let router = Router::new().route_service(PATH, service);
        match self.token {
            Some(token) => router.layer(middleware::from_fn_with_state(token, check_token)),
            None => router,
        }
    }
}

impl fmt::Debug for HttpServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpServer")
            .field("hosts", &self.hosts)
            .field("origins", &self.origins)
            .field("token", &self.token.as_ref().map(|_| "[hidden]"))
            .finish_non_exhaustive()
    }
}

/// A server that is bound to an address.
#[derive(Debug)]
pub struct BoundServer {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
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
        axum::serve(self.listener, self.router).await
    }
}

async fn check_token(State(token): State<SecretString>, request: Request, next: Next) -> Response {
    let expected = format!("Bearer {}", token.expose_secret());
    let given = request.headers().get(header::AUTHORIZATION);
    let given = given.map_or(&[][..], |given| given.as_bytes());
    if is_same(given, expected.as_bytes()) {
        next.run(request).await
    } else {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
        (StatusCode::UNAUTHORIZED, challenge).into_response()
    }
}

/// Compares in a time that does not depend on the position of a difference.
fn is_same(given: &[u8], expected: &[u8]) -> bool {
    let differing = given.iter().zip(expected).map(|(one, other)| one ^ other);
    let differs = differing.fold(0, |all, differing| all | differing) != 0;
    given.len() == expected.len() && !differs
}
