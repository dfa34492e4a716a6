//! A transport without a network: it answers from a script and records what it was sent.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use percent_encoding::percent_decode_str;

use super::{Body, Transport, TransportFuture};
use crate::codec::Json;
use crate::error::{TransportError, TransportErrorKind};

/// A transport without a network, for tests: it answers from a script, in order, and records
/// what it was sent. Clones share both.
///
/// ```
/// use serde_json::json;
/// use toolsmith_runtime::transport::{MemoryTransport, MockResponse};
///
/// let transport = MemoryTransport::script([
///     MockResponse::new(429).header("retry-after", "1"),
///     MockResponse::json(200, &json!({"id": "prj_1"})),
/// ]);
/// // … a client calls through `transport.clone()`, and then:
/// assert!(transport.requests().is_empty());
/// ```
#[derive(Clone)]
pub struct MemoryTransport {
    answer: Arc<dyn Fn(&RecordedRequest) -> MockResponse + Send + Sync>,
    received: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl MemoryTransport {
    /// Answers each request with the next reply; one that comes after the last gets no answer.
    pub fn script(replies: impl IntoIterator<Item = MockResponse>) -> Self {
        let replies: Mutex<VecDeque<MockResponse>> = Mutex::new(replies.into_iter().collect());
        Self::respond_with(move |request| {
            lock(&replies).pop_front().unwrap_or_else(|| {
                let message = format!(
                    "the script has no reply for {} {}",
                    request.method, request.path
                );
                MockResponse::error(TransportErrorKind::Request, message)
            })
        })
    }

    /// Answers each request with what `answer` makes of it.
    pub fn respond_with(
        answer: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static,
    ) -> Self {
        Self {
            answer: Arc::new(answer),
            received: Arc::default(),
        }
    }

    /// The requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.received).clone()
    }
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MemoryTransport")
            .field("received", &self.requests())
            .finish_non_exhaustive()
    }
}

impl Transport for MemoryTransport {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let request = RecordedRequest::read(request).await?;
            lock(&self.received).push(request.clone());
            let reply = (self.answer)(&request);
            if !reply.delay.is_zero() {
                tokio::time::sleep(reply.delay).await;
            }
            reply.outcome
        })
    }
}

/// A panic in one test's closure is that test's business alone.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request as a transport got it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// Scheme and host, as in `https://api.truto.one`.
    pub origin: String,
    /// The path as it was sent, percent-encoded.
    pub path: String,
    /// The query as it was sent, percent-encoded.
    pub query: String,
    /// The headers. The token is among them; `Debug` does not show it.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl RecordedRequest {
    pub(super) async fn read(request: http::Request<Body>) -> Result<Self, TransportError> {
        let (parts, body) = request.into_parts();
        let uri = parts.uri;
        let scheme = uri.scheme_str().unwrap_or_default();
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        Ok(Self {
            method: parts.method,
            origin: format!("{scheme}://{authority}"),
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: body.collect(usize::MAX).await?,
        })
    }

    /// The names and values of the query, decoded, in order.
    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    /// The body as JSON; null if it is empty or no JSON.
    #[must_use]
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header, if it came and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What a [`MemoryTransport`] answers with.
#[derive(Debug)]
#[must_use]
pub struct MockResponse {
    outcome: Result<http::Response<Body>, TransportError>,
    delay: Duration,
}

impl MockResponse {
    /// An answer with this status and no body. A number that is no status counts as 500.
    pub fn new(status: u16) -> Self {
        let mut response = http::Response::new(Body::default());
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            outcome: Ok(response),
            delay: Duration::ZERO,
        }
    }

    /// An answer with this status and JSON.
    pub fn json(status: u16, json: &Json) -> Self {
        Self::new(status)
            .header("content-type", "application/json")
            .body(json.to_string())
    }

    /// No answer but an error.
    pub fn error(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self {
            outcome: Err(TransportError::new(kind, message)),
            delay: Duration::ZERO,
        }
    }

    /// Sets a header. An invalid one becomes a transport error that names it.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let header = (HeaderName::try_from(name), HeaderValue::from_str(value));
        if let (Ok(header_name), Ok(value)) = header {
            if let Ok(response) = &mut self.outcome {
                response.headers_mut().insert(header_name, value);
            }
            self
        } else {
            let message = format!("the mock response has an invalid header `{name}`");
            Self::error(TransportErrorKind::Request, message).after(self.delay)
        }
    }

    /// The same with a body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        if let Ok(response) = &mut self.outcome {
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, body.len().into());
            *response.body_mut() = body.into();
        }
        self
    }

    /// The same with a body that comes in pieces, or breaks.
    pub fn stream(mut self, body: Body) -> Self {
        if let Ok(response) = &mut self.outcome {
            *response.body_mut() = body;
        }
        self
    }

    /// The same after a while, by tokio's timer.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}
