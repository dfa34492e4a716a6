//! The response to a batch of messages: one stream of the responses to each of them.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;

const EVENTS: &str = "text/event-stream";

/// Joins the responses to the messages of a batch. If none of them has a stream, because the client has no session, the
/// first refusal is that of the batch.
pub(super) async fn join(mut responses: Vec<Response>) -> Response {
    let has_stream = |response: &Response| has_type(response.headers(), EVENTS);
    if !responses.iter().any(has_stream) {
        let refusal = responses
            .iter()
            .position(|response| !response.status().is_success());
        if let Some(at) = refusal {
            return responses.swap_remove(at);
        }
    }
    let mut bodies = Vec::new();
    for response in responses {
        if has_stream(&response) {
            bodies.push(response.into_body().into_data_stream());
        } else if has_type(response.headers(), "application/json") {
            let Ok(json) = axum::body::to_bytes(response.into_body(), usize::MAX).await else {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            };
            let event = [b"data: ", &json[..], b"\n\n"].concat();
            bodies.push(Body::from(event).into_data_stream());
        }
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
