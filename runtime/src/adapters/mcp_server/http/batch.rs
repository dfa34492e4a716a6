//! The response to a batch of messages: one stream of the responses to each of them.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;

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
        if !has_type(self.response.headers(), "application/json") {
            return None;
        }
        let body = axum::body::to_bytes(self.response.into_body(), usize::MAX).await;
        let mut message: Json = serde_json::from_slice(&body.ok()?).ok()?;
        // The error of an HTTP request names none of its messages.
        if self.is_request_refused && message.get("id").is_none_or(Json::is_null) {
            message.as_object_mut()?.insert("id".to_owned(), self.id);
        }
        let event = format!("data: {message}\n\n");
        Some(Body::from(event).into_data_stream())
    }
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
