//! A server over streamable HTTP.

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

/// Where clients find it.
const PATH: &str = "/mcp";

/// A server over streamable HTTP, for any number of clients.
///
/// Requests must name a host of this machine, and those of a browser come from an allowed origin,
/// so that no web page reaches a server that is meant for local programs.
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

    /// Requests may name this host too, such as `tools.example.com`.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Pages of this origin may call it, such as `https://app.example.com:443`.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Clients must send this bearer token.
    #[must_use]
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Takes an address of this machine; port 0 is a free one.
    ///
    /// # Errors
    ///
    /// The address is taken, or others than this machine reach it and there is no token.
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

    /// The same as a part of a server that there is already: it answers at `/mcp`.
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

/// A server that has its address.
#[derive(Debug)]
pub struct BoundServer {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
}

impl BoundServer {
    /// Where clients find it: `http://127.0.0.1:4020/mcp`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// Serves until the future is dropped.
    ///
    /// # Errors
    ///
    /// The system takes the address back.
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

/// Whether both are the same, in a time that does not tell where they differ.
fn is_same(given: &[u8], expected: &[u8]) -> bool {
    let differing = given.iter().zip(expected).map(|(one, other)| one ^ other);
    let differs = differing.fold(0, |all, differing| all | differing) != 0;
    given.len() == expected.len() && !differs
}
