//! A remote MCP server that requires OAuth, and its authorization server, each on a port of this machine.
//!
//! Both do what the MCP specification asks of them, and reject what it forbids: a code without its
//! verifier, a redirect that is not registered, a token of another resource, a refresh token that was
//! used. [`Settings`] make them misbehave. [`browse`] is the person and the browser.

mod authorization;
mod resource;
mod state;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use reqwest::Url;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use self::state::{Behavior, Recorded, Settings};

use self::state::World;

/// The two servers, which run until this is dropped.
#[derive(Debug)]
pub struct FakeOAuth {
    resource: SocketAddr,
    issuer: SocketAddr,
    world: Shared,
    tasks: Vec<JoinHandle<()>>,
}

/// The state of both servers.
#[derive(Debug, Clone)]
struct Shared(Arc<Mutex<World>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request with its body.
struct Received {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl FakeOAuth {
    /// Starts both servers on free ports.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start() -> std::io::Result<Self> {
        let resource = TcpListener::bind(("127.0.0.1", 0)).await?;
        let authorization = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (resource_address, issuer_address) =
            (resource.local_addr()?, authorization.local_addr()?);
        let world = World::new(
            format!("http://{resource_address}"),
            format!("http://{issuer_address}"),
        );
        let world = Shared(Arc::new(Mutex::new(world)));
        let tasks = vec![
            serve(resource, resource::answer, world.clone()),
            serve(authorization, authorization::answer, world.clone()),
        ];
        Ok(Self {
            resource: resource_address,
            issuer: issuer_address,
            world,
            tasks,
        })
    }

    /// Returns the URL of the MCP server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/mcp", self.resource)
    }

    /// Returns the issuer.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://{}", self.issuer)
    }

    /// Replaces the settings.
    pub fn set(&self, settings: Settings) {
        self.world.lock().settings = settings;
    }

    /// Makes all access tokens invalid, as when they end.
    pub fn end_access_tokens(&self) {
        self.world.lock().access_tokens.clear();
    }

    /// Makes all refresh tokens invalid.
    pub fn end_refresh_tokens(&self) {
        self.world.lock().refresh_tokens.clear();
    }

    /// Forgets the registered clients.
    pub fn forget_clients(&self) {
        self.world.lock().clients.clear();
    }

    /// Returns the requests so far, to both servers.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.world.lock().log.clone()
    }

    /// Returns every secret that was issued or received: codes, verifiers, tokens, secrets of clients.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.world.lock().secrets.clone()
    }
}

impl Drop for FakeOAuth {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Answers every request with `answer`.
fn serve(
    listener: TcpListener,
    answer: fn(&mut World, &Received) -> Response,
    world: Shared,
) -> JoinHandle<()> {
    let handler = async move |State(world): State<Shared>, method, uri, headers, body| {
        let received = Received {
            method,
            uri,
            headers,
            body,
        };
        answer(&mut world.lock(), &received)
    };
    let router = Router::new().fallback(handler).with_state(world);
    tokio::spawn(async move {
        // The server ends with the task.
        let _ended = axum::serve(listener, router).await;
    })
}

/// Opens the page of an authorization, and follows its redirect, as a person in a browser does. Returns the
/// status of the page to which the browser came back; `None` if there was no redirect.
///
/// # Errors
///
/// One of the requests fails.
pub async fn browse(page: &str) -> Result<Option<u16>, reqwest::Error> {
    // Ignores the error: a provider is already installed, and any provider works.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?;
    let response = client.get(page).send().await?;
    let location = response.headers().get("location");
    let location = location.and_then(|location| location.to_str().ok());
    let Some(location) = location.and_then(|location| Url::parse(location).ok()) else {
        return Ok(None);
    };
    let back = client.get(location).send().await?;
    Ok(Some(back.status().as_u16()))
}

/// Returns a response with a JSON document.
fn json(status: u16, document: &Value) -> Response {
    let builder = Response::builder().status(status);
    let builder = builder.header("content-type", "application/json");
    builder
        .body(document.to_string().into())
        .unwrap_or_default()
}

/// Returns a response without a body.
fn empty(status: u16, headers: &[(&str, String)]) -> Response {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, value);
    }
    builder.body(Vec::new().into()).unwrap_or_default()
}
