//! A transport for tests, without a network.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::{Body, Transport, TransportFuture};
use crate::codec::Json;
use crate::error::{TransportError, TransportErrorKind};
use crate::redactor::{RedactedJson, Redactor};
use crate::scrubber::{CleanHeaders, Scrubber};

/// A transport for tests, without a network. It returns responses from a script, in order, and
/// records the requests. Clones share both.
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
    respond: Arc<dyn Fn(&RecordedRequest) -> MockResponse + Send + Sync>,
    received: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl MemoryTransport {
    /// Creates a transport that returns these responses in order. A request after the last one
    /// fails.
    pub fn script(responses: impl IntoIterator<Item = MockResponse>) -> Self {
        let responses: Mutex<VecDeque<MockResponse>> = Mutex::new(responses.into_iter().collect());
        Self::respond_with(move |request| {
            lock(&responses).pop_front().unwrap_or_else(|| {
                let message = format!(
                    "the script has no response for {} {}",
                    request.method, request.path
                );
                MockResponse::error(TransportErrorKind::Request, message)
            })
        })
    }

    /// Creates a transport whose responses a function returns.
    pub fn respond_with(
        respond: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static,
    ) -> Self {
        Self {
            respond: Arc::new(respond),
            received: Arc::default(),
        }
    }

    /// Returns the requests so far, in order.
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
    fn reaches_server(&self) -> bool {
        false
    }

    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let request = RecordedRequest::read(request).await?;
            lock(&self.received).push(request.clone());
            let response = (self.respond)(&request);
            if !response.delay.is_zero() {
                tokio::time::sleep(response.delay).await;
            }
            response.outcome
        })
    }
}

/// Ignores poisoning: a panic in the closure of one test must not affect others.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request that a transport received.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The scheme and host, for example `https://api.truto.one`.
    pub origin: String,
    /// The path, percent-encoded.
    pub path: String,
    /// The query, percent-encoded.
    pub query: String,
    /// The headers, including the token. `Debug` does not print it.
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

    /// Returns the decoded names and values of the query, in order.
    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    /// Parses the body as JSON; null if it is empty or not JSON.
    #[must_use]
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns a header, if it is present and a string.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Redacts headers and fields whose names indicate a secret.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = CleanHeaders {
            headers: &self.headers,
            scrubber: &Scrubber::default(),
        };
        let mut printed = formatter.debug_struct("RecordedRequest");
        printed
            .field("method", &self.method)
            .field("origin", &self.origin)
            .field("path", &self.path)
            .field("query", &Redactor::default().redact_address(&self.query))
            .field("headers", &headers);
        match self.json() {
            Json::Null => printed.field("body", &format_args!("{} bytes", self.body.len())),
            json => printed.field("body", &RedactedJson(&json)),
        };
        printed.finish()
    }
}

/// A response of a [`MemoryTransport`].
#[derive(Debug)]
#[must_use]
pub struct MockResponse {
    outcome: Result<http::Response<Body>, TransportError>,
    delay: Duration,
}

impl MockResponse {
    /// Creates a response with this status and no body. An invalid status becomes 500.
    pub fn new(status: u16) -> Self {
        let mut response = http::Response::new(Body::default());
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            outcome: Ok(response),
            delay: Duration::ZERO,
        }
    }

    /// Creates a response with this status and a JSON body: a record, or `json!({…})`. A value that has
    /// no JSON becomes a transport error.
    pub fn json(status: u16, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(text) => Self::new(status)
                .header("content-type", "application/json")
                .body(text),
            Err(error) => Self::error(TransportErrorKind::Request, error.to_string()),
        }
    }

    /// Creates an error of the API behind Truto, with this status, as Truto passes it on.
    ///
    /// ```
    /// use toolsmith_runtime::transport::{MemoryTransport, MockResponse};
    ///
    /// let transport = MemoryTransport::script([MockResponse::remote_error(404, "no such key")]);
    /// ```
    pub fn remote_error(status: u16, message: &str) -> Self {
        let body = serde_json::json!({"truto_is_remote_error": true, "message": message});
        Self::json(status, &body)
    }

    /// Creates a transport error instead of a response.
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

    /// Sets the body.
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

    /// Sets a body that is a stream.
    pub fn stream(mut self, body: Body) -> Self {
        if let Ok(response) = &mut self.outcome {
            *response.body_mut() = body;
        }
        self
    }

    /// Delays the response, by the timer of tokio.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}
