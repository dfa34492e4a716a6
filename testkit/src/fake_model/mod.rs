//! A model on loopback, behind an endpoint like OpenAI's, that calls tools carelessly: it invents a value,
//! misspells an argument, and gives the identifier of one thing for that of another.
//!
//! It plays no list. What it does next comes from the conversation alone: it reads what a refusal says, applies
//! that, and gives up where a refusal does not help it. So whoever puts it right can be tested with it.

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
    /// Starts one.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start() -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/v1/chat/completions", post(complete));
        let task = tokio::spawn(async move {
            // It ends with the task.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    /// What `OPENAI_BASE_URL` would be.
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

/// The answer to a request for a chat.
///
/// # Errors
///
/// What the request lacks.
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
