//! A model on loopback, behind an endpoint like OpenAI's, that calls tools carelessly: it invents a value,
//! misspells an argument, and confuses the identifiers of two kinds of things.
//!
//! It has no script. Its next message depends on the conversation alone: it reads an error reply, applies the
//! suggestion, and stops if the reply does not help. So it tests whether error replies are helpful.

mod careless;
mod conversation;
mod correction;

use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use serde_json::{Value, json};

use self::conversation::Conversation;

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct FakeModel {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl FakeModel {
    /// Starts a server.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start() -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/v1/chat/completions", post(complete));
        let task = tokio::spawn(async move {
            // The server ends with the task.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    /// Returns the value for `OPENAI_BASE_URL`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for FakeModel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn complete(Json(request): Json<Value>) -> Response {
    match answer(&request) {
        Ok(answer) => Json(answer).into_response(),
        Err(problem) => {
            let problem = json!({"error": {"type": "invalid_request_error", "message": problem}});
            (StatusCode::BAD_REQUEST, Json(problem)).into_response()
        }
    }
}

/// Returns the response to a chat request.
///
/// # Errors
///
/// The request is incomplete.
pub fn answer(request: &Value) -> Result<Value, String> {
    let conversation = Conversation::read(request)?;
    let message = careless::next(&conversation)?.into_message(conversation.calls.len());
    let is_call = message.get("tool_calls").is_some();
    let reason = if is_call { "tool_calls" } else { "stop" };
    Ok(json!({
        "id": format!("chatcmpl-{}", conversation.calls.len()),
        "object": "chat.completion",
        "model": "careless",
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
    }))
}
