//! Requests whose progress is known.

use std::convert::Infallible;
#[cfg(feature = "http2")]
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::transport::progress::CallProgress;

/// A request before it has its token.
pub(super) struct Outgoing {
    pub(super) method: Method,
    /// The body; empty for none.
    pub(super) body: Bytes,
    pub(super) headers: HeaderMap,
    pub(super) progress: CallProgress,
}

impl Outgoing {
    /// Returns the body for one attempt.
    pub(super) fn body(&self) -> Option<reqwest::Body> {
        let body = Observed {
            bytes: Some(self.body.clone()),
            progress: self.progress.clone(),
        };
        (!self.body.is_empty()).then(|| reqwest::Body::wrap(body))
    }

    /// Returns `true` if an attempt that failed left nothing at the server, and another one may succeed.
    /// reqwest repeats requests without a body itself.
    pub(super) fn is_repeatable(&self, error: &reqwest::Error) -> bool {
        let is_final = error.is_connect() || error.is_builder() || error.is_timeout();
        let is_unseen = !is_final && !self.progress.is_sent();
        !self.body.is_empty() && (is_unseen || is_unprocessed(error))
    }
}

/// A body that is requested when there is a connection, and before a byte of the request is written.
struct Observed {
    bytes: Option<Bytes>,
    progress: CallProgress,
}

impl Body for Observed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.progress.set_sent(true);
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.bytes.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

/// Returns `true` if a server of HTTP/2 says that it did not process the request, because it closes the
/// connection or has too many streams.
#[cfg(feature = "http2")]
fn is_unprocessed(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let reason = error.reason();
            let is_shutdown = error.is_go_away() && reason == Some(h2::Reason::NO_ERROR);
            let is_refused = error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM);
            return error.is_remote() && (is_shutdown || is_refused);
        }
        cause = error.source();
    }
    false
}

/// HTTP/1.1 cannot say that it did not process a request.
#[cfg(not(feature = "http2"))]
fn is_unprocessed(_error: &reqwest::Error) -> bool {
    false
}
