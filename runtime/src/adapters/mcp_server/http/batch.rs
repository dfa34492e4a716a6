//! The response to a batch of messages: one stream of the responses to each of them.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use rmcp::model::ErrorCode;

use super::super::incoming::Rejection;
use super::refused::Refused;
use crate::codec::Json;

const EVENTS: &str = "text/event-stream";

/// The response to one message of a batch.
pub(super) struct Reply {
    /// The identifier of the request; null if it has none.
    id: Json,
    response: Response,
    /// `true` if rmcp refused the HTTP request, because of its session for example, and not the message.
    is_request_refused: bool,
}

impl Reply {
    /// Creates the response to the message with this identifier, or its refusal.
    pub(super) fn new(id: Json, response: Result<Response, Refused>) -> Self {
        let is_request_refused = response
            .as_ref()
            .is_ok_and(|response| !response.status().is_success());
        Self {
            id,
            response: response.unwrap_or_else(|refused| *refused.0),
            is_request_refused,
        }
    }

    fn has_stream(&self) -> bool {
        has_type(self.response.headers(), EVENTS)
    }

    /// Returns the response as a stream of events; `None` if there is none to the message.
    async fn into_events(self) -> Option<BodyDataStream> {
        if self.has_stream() {
            return Some(self.response.into_body().into_data_stream());
        }
        let (status, is_json) = (self.response.status(), self.has_json());
        if !is_json && status.is_success() {
            return None;
        }
        let body = axum::body::to_bytes(self.response.into_body(), usize::MAX).await;
        let body = body
            .ok()
            .filter(|body| is_json && !body.trim_ascii().is_empty());
        let message = match body {
            Some(body) if self.is_request_refused => with_id(&body, &self.id),
            body => body,
        };
        Some(event(&message.unwrap_or_else(|| lost(self.id, status))).into_data_stream())
    }

    fn has_json(&self) -> bool {
        has_type(self.response.headers(), "application/json")
    }
}

/// Names a message in the error of an HTTP request, which names none of its messages. Returns `None` for other JSON.
fn with_id(body: &[u8], id: &Json) -> Option<Bytes> {
    let mut message: Json = serde_json::from_slice(body).ok()?;
    let fields = message.as_object_mut()?;
    if fields.get("id").is_none_or(Json::is_null) {
        fields.insert("id".to_owned(), id.clone());
    }
    Some(message.to_string().into())
}

/// Returns the error for a request whose response is not a message, so that the client does not wait for it.
fn lost(id: Json, status: StatusCode) -> Bytes {
    let message = format!(
        "the server has no readable response to this request, and may have carried it out (HTTP status {status})"
    );
    let rejection = Rejection::new(id, ErrorCode::INTERNAL_ERROR, message);
    rejection.to_json().to_string().into()
}

/// Returns an event with a message. Line breaks, which JSON has only between its tokens, would end its data.
fn event(message: &[u8]) -> Body {
    let mut message = message.to_vec();
    for byte in &mut message {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    [b"data: ", &message[..], b"\n\n"].concat().into()
}

/// Joins the responses to the messages of a batch. If the HTTP request is refused, because it names no session for example,
/// that is the response to the batch.
pub(super) async fn join(mut replies: Vec<Reply>) -> Response {
    if !replies.iter().any(Reply::has_stream)
        && let Some(at) = replies.iter().position(|reply| reply.is_request_refused)
    {
        return replies.swap_remove(at).response;
    }
    let mut bodies = Vec::new();
    for reply in replies {
        bodies.extend(reply.into_events().await);
    }
    if bodies.is_empty() {
        return StatusCode::ACCEPTED.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(EVENTS)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, Body::from_stream(Joined(bodies))).into_response()
}

fn has_type(headers: &HeaderMap, kind: &str) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(kind.as_bytes()))
}

/// Streams of whole events, each piece as soon as one of them has it.
struct Joined(Vec<BodyDataStream>);

impl Stream for Joined {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let bodies = &mut self.0;
        let mut at = 0;
        while let Some(body) = bodies.get_mut(at) {
            match Pin::new(body).poll_next(context) {
                Poll::Ready(Some(piece)) => {
                    // The others are next.
                    bodies.rotate_left(at + 1);
                    return Poll::Ready(Some(piece));
                }
                Poll::Ready(None) => drop(bodies.remove(at)),
                Poll::Pending => at += 1,
            }
        }
        if bodies.is_empty() {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const JSON: &str = "application/json";

    fn reply(id: Json, status: u16, kind: &str, body: &'static [u8]) -> Reply {
        let response = Response::builder()
            .status(status)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body));
        Reply::new(id, Ok(response.unwrap()))
    }

    #[tokio::test]
    async fn a_response_is_passed_on_or_its_request_gets_an_error() {
        // A number beyond those of this crate, half a character, bytes that are not UTF-8, and line breaks.
        let passed: &[&[u8]] = &[
            br#"{"id": 1, "result": 1e999}"#,
            br#"{"id":1,"result":"\ud800"}"#,
            b"{\"id\":1,\"result\":\"\xff\"}",
            b"{\r\n\"id\": 1}\n",
        ];
        for body in passed {
            let found = events(reply(json!(1), 200, JSON, body)).await;
            let data = found.strip_prefix(b"data: ").unwrap();
            let data = data.strip_suffix(b"\n\n").unwrap();
            assert!(!data.contains(&b'\n'), "{found:?}");
            let without_breaks = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes);
                text.split_ascii_whitespace().collect::<String>()
            };
            assert_eq!(without_breaks(data), without_breaks(body));
            assert_eq!(data.len(), body.len());
        }
        let refusal = br#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"no"},"id":null}"#;
        // The code of the error for the request 7, and `None` without an event.
        let cases: &[(u16, &str, &[u8], Option<i64>)] = &[
            (404, JSON, refusal, Some(-32600)),
            (404, JSON, br#"{"error":{"code":-32600}}"#, Some(-32600)),
            (
                404,
                JSON,
                br#"{"id":7,"error":{"code":1e999}}"#,
                Some(-32603),
            ),
            (404, JSON, b"[]", Some(-32603)),
            (200, JSON, b" ", Some(-32603)),
            (500, "text/plain", b"broken", Some(-32603)),
            (202, "text/plain", b"", None),
        ];
        for (status, kind, body, expected) in cases {
            let found = events(reply(json!(7), *status, kind, body)).await;
            let found = String::from_utf8(found).unwrap();
            let message = found.strip_prefix("data: ").map(|event| {
                let event = event.strip_suffix("\n\n").unwrap();
                serde_json::from_str::<Json>(event).unwrap()
            });
            let code = message.as_ref().map(|message| {
                assert_eq!(message["id"], 7, "{message}");
                message["error"]["code"].as_i64().unwrap()
            });
            assert_eq!(code, *expected, "{status} {kind}: {found}");
        }
    }

    /// Returns the events of a response in a batch.
    async fn events(reply: Reply) -> Vec<u8> {
        match reply.into_events().await {
            Some(events) => {
                let body = Body::from_stream(events);
                axum::body::to_bytes(body, usize::MAX).await.unwrap().into()
            }
            None => Vec::new(),
        }
    }
}
