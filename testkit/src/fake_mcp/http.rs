//! The server over HTTP, on a free port.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct FakeMcp {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl FakeMcp {
    /// Starts a server that requires this bearer token.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start(token: &str) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let expected = format!("Bearer {token}");
        let router = Router::new()
            .route("/mcp", post(receive))
            .with_state(expected);
        let task = tokio::spawn(async move {
            // The server ends with the task.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    /// Returns the address of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }
}

impl Drop for FakeMcp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Handles POST. The router rejects every other method, as the protocol allows.
async fn receive(State(expected): State<String>, headers: HeaderMap, body: Bytes) -> Response {
    let given = headers.get(header::AUTHORIZATION);
    if given.is_none_or(|given| given.as_bytes() != expected.as_bytes()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(message) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match super::answer(&message) {
        Some(answer) => Json(answer).into_response(),
        None => StatusCode::ACCEPTED.into_response(),
    }
}
