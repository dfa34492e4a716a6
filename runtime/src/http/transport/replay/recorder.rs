//! Recording calls.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, header};

use super::tape::Take;
use crate::error::{TransportError, TransportErrorKind};
use crate::http::transport::{Body, RecordedRequest, Transport, TransportFuture};

/// Records what passes a transport, for a [`Replayer`](super::Replayer) to play back. Clones share
/// what they recorded.
///
/// ```no_run
/// # async fn example(builder: toolsmith_runtime::ClientBuilder) {
/// use toolsmith_runtime::transport::Recorder;
///
/// let recorder = Recorder::new();
/// let wrapping = recorder.clone();
/// let client: toolsmith_runtime::Client = builder
///     .layer(move |transport| wrapping.around(transport))
///     .build()
///     .unwrap();
/// // … calls, and then the tape is kept beside the tests:
/// let tape = recorder.tape();
/// # }
/// ```
///
/// Of a request the tape has method, path, query and body, of an answer status, body and the
/// headers that calls look at: neither a cookie nor the token, wherever a server repeats it. What
/// else is a secret, in a body or a query, is hidden with [`redact`](Self::redact).
#[derive(Clone, Default)]
pub struct Recorder {
    takes: Arc<Mutex<Vec<Take>>>,
    hidden: Vec<String>,
}

impl Recorder {
    /// Records nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Hides a text wherever it stands on the tape.
    #[must_use]
    pub fn redact(mut self, secret: impl Into<String>) -> Self {
        self.hidden.push(secret.into());
        self.hidden.retain(|secret| !secret.is_empty());
        self
    }

    /// The transport that records what passes `transport`.
    pub fn around<T: Transport>(self, transport: T) -> impl Transport {
        Recording {
            recorder: self,
            transport,
        }
    }

    /// What was recorded: one call a line, in order.
    #[must_use]
    pub fn tape(&self) -> String {
        let takes = self.takes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tape = String::new();
        for take in takes.iter() {
            let hide = |take: Take, secret: &String| take.without(secret);
            let told = self.hidden.iter().fold(take.clone(), hide);
            tape.push_str(&told.to_line());
            tape.push('\n');
        }
        tape
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Recorder")
    }
}

struct Recording<T> {
    recorder: Recorder,
    transport: T,
}

impl<T: Transport> Transport for Recording<T> {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let token = token_of(request.headers());
            let (received, request) = copy(request).await?;
            let answer = self.transport.send(request).await?;
            let (parts, body) = answer.into_parts();
            let body = body.collect(MOST).await.map_err(unrecorded)?;
            let take = Take::of_request(&received).answered(parts.status, &parts.headers, &body);
            let take = match token {
                Some(token) => take.without(&token),
                None => take,
            };
            let mut takes = self
                .recorder
                .takes
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            takes.push(take);
            Ok(http::Response::from_parts(parts, Body::from(body)))
        })
    }
}

/// An answer is recorded as a whole, so that one without an end must have one.
const MOST: usize = 64 * 1024 * 1024;

fn unrecorded(error: TransportError) -> TransportError {
    match error.kind() {
        kind @ TransportErrorKind::TooLarge => {
            let message = format!("the answer is larger than the {MOST} bytes that a tape takes");
            TransportError::new(kind, message)
        }
        _ => error,
    }
}

/// The token of a request; one that is too short to be one stands in every text by chance.
fn token_of(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let token = value.strip_prefix("Bearer ").unwrap_or(value);
    (token.len() >= 8).then(|| token.to_owned())
}

/// The request, and what it says.
async fn copy(
    request: http::Request<Body>,
) -> Result<(RecordedRequest, http::Request<Body>), TransportError> {
    let (parts, body) = request.into_parts();
    let body = body.collect(usize::MAX).await?;
    let again = http::Request::from_parts(parts.clone(), Body::from(body.clone()));
    let received =
        RecordedRequest::read(http::Request::from_parts(parts, Body::from(body))).await?;
    Ok((received, again))
}
