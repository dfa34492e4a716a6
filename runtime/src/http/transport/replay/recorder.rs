//! Recording of calls.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};

use super::tape::RecordedCall;
use crate::error::{TransportError, TransportErrorKind};
use crate::http::transport::{Body, RecordedRequest, Transport, TransportFuture};
use crate::redactor::{REDACTED, Redactor, SecretFields};
use crate::scrubber::{MIN_TELLING_LENGTH, Scrubber};

/// Records the calls of a transport, for a [`Replayer`](super::Replayer). Clones share the tape.
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
/// // … make calls, then store the tape next to the tests:
/// let tape = recorder.tape();
/// # }
/// ```
///
/// The tape contains method, path, query and body of each request, and status, body and relevant
/// headers of each response. It contains no cookies, and the token is redacted even if the server
/// echoes it. The values of fields that are secrets, in JSON and in queries, are redacted: those that
/// a [`Redactor`] knows by their names, and those that the overlay of the catalog marks as `secret`.
/// A body that is neither JSON nor a form is redacted as a whole if one of its words is the name of a
/// secret: `token`, `api_key`; [`Redactor::keep`] makes exceptions. Use [`redact`](Self::redact) for other
/// secrets.
#[derive(Clone, Default)]
pub struct Recorder {
    calls: Arc<Mutex<Vec<RecordedCall>>>,
    /// The tokens of all requests: a response may repeat that of another request.
    tokens: Arc<Mutex<Vec<SecretString>>>,
    hidden: Vec<SecretString>,
    redactor: Redactor,
}

impl Recorder {
    /// Creates a recorder with an empty tape.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Redacts a string everywhere on the tape.
    #[must_use]
    pub fn redact(mut self, secret: impl Into<String>) -> Self {
        self.hidden.push(secret.into().into());
        self
    }

    /// Sets the fields that are redacted: more than the usual ones, or fewer.
    ///
    /// ```
    /// use toolsmith_runtime::Redactor;
    /// use toolsmith_runtime::transport::Recorder;
    ///
    /// let recorder = Recorder::new().redactor(Redactor::default().field("pin").keep("key"));
    /// ```
    #[must_use]
    pub fn redactor(mut self, redactor: Redactor) -> Self {
        self.redactor = redactor;
        self
    }

    /// Wraps a transport.
    pub fn around<T: Transport>(self, transport: T) -> impl Transport {
        Recording {
            recorder: self,
            transport,
        }
    }

    /// Returns the tape: one call per line, in order.
    #[must_use]
    pub fn tape(&self) -> String {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tape = String::new();
        let is_set = |secret: &&SecretString| !secret.expose_secret().is_empty();
        let secrets = self.hidden.iter().filter(is_set).cloned();
        let secret_scrubber = Scrubber::replacing_with(REDACTED, 1, secrets);
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let token_scrubber =
            Scrubber::replacing_with(REDACTED, MIN_TELLING_LENGTH, tokens.iter().cloned());
        for call in calls.iter() {
            let call = call.clone().scrubbed(&token_scrubber);
            let call = call.scrubbed(&secret_scrubber);
            tape.push_str(&call.to_line());
            tape.push('\n');
        }
        tape
    }
}

impl Recorder {
    /// Remembers the token of a request.
    fn remember(&self, token: &SecretString) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |known: &SecretString| known.expose_secret() == token.expose_secret();
        if !tokens.iter().any(is_same) {
            tokens.push(token.clone());
        }
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
    fn reaches_server(&self) -> bool {
        self.transport.reaches_server()
    }

    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            if let Some(token) = token_of(request.headers()) {
                self.recorder.remember(&token);
            }
            let marked = request
                .extensions()
                .get()
                .map_or(&[][..], |fields: &SecretFields| fields.0);
            let redactor = self.recorder.redactor.with_fields(marked);
            let (received, request) = copy(request).await?;
            let response = self.transport.send(request).await?;
            let (parts, body) = response.into_parts();
            let body = body.collect(MAX_RECORDED_SIZE).await.map_err(unrecorded)?;
            let call = RecordedCall::of_request(&received, &redactor).with_response(
                parts.status,
                &parts.headers,
                &body,
                &redactor,
            );
            let mut calls = self
                .recorder
                .calls
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            calls.push(call);
            Ok(http::Response::from_parts(parts, Body::from(body)))
        })
    }
}

/// The maximum size of a recorded response, which is read completely.
const MAX_RECORDED_SIZE: usize = 64 * 1024 * 1024;

fn unrecorded(error: TransportError) -> TransportError {
    match error.kind() {
        kind @ TransportErrorKind::TooLarge => {
            let message = format!(
                "the response is larger than the {MAX_RECORDED_SIZE} bytes that a tape can contain"
            );
            TransportError::new(kind, message)
        }
        _ => error,
    }
}

/// Returns the token of a request.
fn token_of(headers: &HeaderMap) -> Option<SecretString> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    Some(value.strip_prefix("Bearer ").unwrap_or(value).into())
}

/// Copies a request.
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
