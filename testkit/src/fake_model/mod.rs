//! A model on loopback, behind endpoints like those of OpenAI and Anthropic.
//!
//! It has no script. Its next message depends on the conversation alone: it reads an error reply, applies the
//! suggestion, and stops if the reply does not help. So it tests whether error replies are helpful.
//!
//! | path | wire format |
//! |---|---|
//! | `/v1/chat/completions` | chat completions of OpenAI |
//! | `/v1/responses` | responses of OpenAI |
//! | `/v1/messages` | messages of Anthropic |
//!
//! Every response is a stream of server-sent events.
//! A request that the providers would refuse is refused: without a key, with two calls of one identifier, or with a
//! call that has no reply.

mod conversation;
mod correction;
mod rotation;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use serde_json::Value;

pub use self::rotation::Manner;
use self::wire::{Event, Wire};

/// The key that the model asks for.
const KEY: &str = "sk-made-up";

/// The size of the pieces in which a stream is sent, in bytes. They end inside lines and characters, as those of
/// a network do.
const PIECE: usize = 61;

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct FakeModel {
    address: SocketAddr,
    state: Arc<Model>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Debug)]
struct Model {
    manner: Manner,
    /// The number of requests that are still refused, because the limit is spent.
    limited: AtomicU32,
}

impl FakeModel {
    /// Starts a server.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start(manner: Manner) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Model {
            manner,
            limited: AtomicU32::new(0),
        });
        let router = Router::new()
            .route("/v1/chat/completions", post(chat))
            .route("/v1/responses", post(responses))
            .route("/v1/messages", post(messages))
            .with_state(Arc::clone(&state));
        let task = tokio::spawn(async move {
            // The server ends with the task.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            state,
            task,
        })
    }

    /// Returns the address without a path, which is the value for `ANTHROPIC_BASE_URL`. That for `OPENAI_BASE_URL`
    /// has the path `/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the key.
    #[must_use]
    pub fn key(&self) -> &'static str {
        KEY
    }

    /// Refuses the next requests, because the limit is spent.
    pub fn limit(&self, requests: u32) {
        self.state.limited.store(requests, Ordering::Relaxed);
    }
}

impl Drop for FakeModel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn chat(
    State(model): State<Arc<Model>>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    model.respond(Wire::Chat, &headers, &request)
}

async fn responses(
    State(model): State<Arc<Model>>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    model.respond(Wire::Responses, &headers, &request)
}

async fn messages(
    State(model): State<Arc<Model>>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    model.respond(Wire::Messages, &headers, &request)
}

impl Model {
    fn respond(&self, wire: Wire, headers: &HeaderMap, request: &Value) -> Response {
        let refuse = |status: StatusCode, kind: &str, problem: &str| {
            (status, Json(wire.error(kind, problem))).into_response()
        };
        if let Err(problem) = check_key(wire, headers) {
            return refuse(StatusCode::UNAUTHORIZED, "authentication_error", problem);
        }
        let one_less = |left: u32| left.checked_sub(1);
        let limited = self
            .limited
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        if limited.is_ok() {
            let problem = "The rate limit is spent.";
            let response = refuse(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", problem);
            return ([(header::RETRY_AFTER, "1")], response).into_response();
        }
        let events = is_streamed(request).and_then(|()| wire.read(request));
        let events = events.and_then(|conversation| {
            let next = rotation::next(&conversation, self.manner)?;
            Ok(wire.write(&next, &conversation, request))
        });
        match events {
            Ok(events) => stream(&events),
            Err(problem) => refuse(StatusCode::BAD_REQUEST, "invalid_request_error", &problem),
        }
    }
}

fn check_key(wire: Wire, headers: &HeaderMap) -> Result<(), &'static str> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let key = match wire {
        Wire::Messages if header("anthropic-version") != Some("2023-06-01") => {
            return Err("anthropic-version: header is required");
        }
        Wire::Messages => header("x-api-key"),
        Wire::Chat | Wire::Responses => {
            header("authorization").and_then(|value| value.strip_prefix("Bearer "))
        }
    };
    if key == Some(KEY) {
        Ok(())
    } else {
        Err("The API key is missing or wrong.")
    }
}

fn is_streamed(request: &Value) -> Result<(), String> {
    match request.get("stream") {
        Some(Value::Bool(true)) => Ok(()),
        _ => Err("This model only streams: set `stream` to true.".to_owned()),
    }
}

/// Sends events in small pieces.
fn stream(events: &[Event]) -> Response {
    let text: String = events.iter().map(Event::to_string).collect();
    let pieces: Vec<_> = text
        .as_bytes()
        .chunks(PIECE)
        .map(|piece| Ok::<_, std::convert::Infallible>(bytes::Bytes::copy_from_slice(piece)))
        .collect();
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}
