//! Requests with their whole bodies.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use bytes::Bytes;

use super::log::RecordedRequest;
use super::query;
use super::responses::Refusal;

/// The maximum size of a request body.
const MAX_BODY_SIZE: usize = 10 * 1024 * 1024;

/// A request with its whole body.
pub(crate) struct Received {
    pub(crate) method: Method,
    /// The decoded segments of the path.
    pub(crate) segments: Vec<String>,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Reads a request to its end.
pub(crate) async fn receive(request: Request) -> Result<Received, Refusal> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_SIZE).await.map_err(|error| {
        let message = format!("The body cannot be read: {error}.");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    })?;
    let path = parts.uri.path().to_owned();
    let segments = path.split('/').skip(1).map(query::decode_segment).collect();
    Ok(Received {
        method: parts.method,
        segments,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        path,
        headers: parts.headers,
        body,
    })
}

/// Returns the log entry of a request.
pub(crate) fn recorded(received: &Received) -> RecordedRequest {
    let target = match received.query.as_str() {
        "" => received.path.clone(),
        query => format!("{}?{query}", received.path),
    };
    RecordedRequest::new(
        received.method.as_str(),
        &target,
        &received.headers,
        &received.body,
    )
}
