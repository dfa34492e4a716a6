//! Transports: HTTP, wrappers of other transports, and transports for tests.

mod body;
#[cfg(feature = "reqwest")]
mod connections;
#[cfg(feature = "reqwest")]
mod http_transport;
#[cfg(any(test, feature = "test-util"))]
mod memory;
#[cfg(any(test, feature = "test-util"))]
mod replay;
mod timed_out;
#[cfg(feature = "tower")]
mod tower;

use std::pin::Pin;
use std::sync::Arc;

pub use body::Body;
#[cfg(feature = "reqwest")]
pub use http_transport::HttpTransport;
#[cfg(any(test, feature = "test-util"))]
pub use memory::{MemoryTransport, MockResponse, RecordedRequest};
#[cfg(any(test, feature = "test-util"))]
pub use replay::{Recorder, Replayer};
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "reqwest")]
pub use rustls;
pub(crate) use timed_out::TimedOut;
#[cfg(feature = "tower")]
pub use tower::{TowerTransport, TransportService};

use crate::error::TransportError;

/// Sends requests to the API.
///
/// A transport makes a single attempt. The client handles retries, the rate limit and errors. A
/// transport can wrap another one, for example to add headers, to record calls or to cache
/// responses.
///
/// ```
/// use toolsmith_runtime::transport::{Body, Transport, TransportFuture};
///
/// /// Marks every request with the program that makes it.
/// struct Marked<T>(T);
///
/// impl<T: Transport> Transport for Marked<T> {
///     fn send(&self, mut request: http::Request<Body>) -> TransportFuture<'_> {
///         let value = http::HeaderValue::from_static("nightly-report");
///         request.headers_mut().insert("x-program", value);
///         self.0.send(request)
///     }
/// }
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends one request. Dropping the future cancels it.
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_>;

    /// Returns `true` if requests reach the server, and so count against its limits. A client of such a
    /// transport shares the rate limiter of its token. The default is `true`; a transport that
    /// responds itself, in a test, returns `false`.
    fn reaches_server(&self) -> bool {
        true
    }
}

/// A request in flight.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Body>, TransportError>> + Send + 'a>>;

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        (**self).send(request)
    }

    fn reaches_server(&self) -> bool {
        (**self).reaches_server()
    }
}
