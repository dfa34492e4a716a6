//! The bodies of requests.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::StatusCode;
use futures_core::Stream;

use super::super::incoming::Rejection;
use super::refused::{Refused, respond};

/// The size of a body that is read to its end before it is refused, in limits of a message.
const DRAINED_LIMITS: usize = 16;

/// The time to read a body that is refused.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads a body of at most `limit` bytes.
///
/// # Errors
///
/// The body is longer, or broke off; the error is the response.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Refused> {
    let mut chunks = pin!(body.into_data_stream());
    let mut bytes = Vec::new();
    while let Some(chunk) = next(&mut chunks).await {
        let chunk = chunk.map_err(|error| {
            let rejection = Rejection::unreadable(format!("the body broke off: {error}"));
            Refused::from(respond(StatusCode::BAD_REQUEST, &rejection.to_json()))
        })?;
        if bytes.len() + chunk.len() > limit {
            drain_chunks(&mut chunks, limit).await;
            let json = Rejection::too_long(limit).to_json();
            return Err(respond(StatusCode::PAYLOAD_TOO_LARGE, &json).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

/// Reads the body of a request that is refused: a client that is still sending when the connection
/// closes does not see the response. A body that is far longer than `limit` is left.
pub(super) async fn drain(body: Body, limit: usize) {
    drain_chunks(&mut pin!(body.into_data_stream()), limit).await;
}

async fn drain_chunks(chunks: &mut Pin<&mut BodyDataStream>, limit: usize) {
    let mut rest = limit.saturating_mul(DRAINED_LIMITS);
    let draining = async {
        while let Some(Ok(chunk)) = next(chunks).await {
            rest = rest.saturating_sub(chunk.len());
            if rest == 0 {
                return;
            }
        }
    };
    let _in_time = tokio::time::timeout(DRAIN_TIMEOUT, draining).await.is_ok();
}

async fn next(chunks: &mut Pin<&mut BodyDataStream>) -> Option<Result<Bytes, axum::Error>> {
    poll_fn(|context| chunks.as_mut().poll_next(context)).await
}
