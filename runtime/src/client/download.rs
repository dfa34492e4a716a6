//! An answer whose body is left to the caller.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode, header};

use crate::error::{Error, TransportError};
use crate::http::{Body, Response, Shown};
use crate::rate_limit::RateLimitHeaders;
use crate::tools::ToolSpec;

/// An answer whose head is here; its body may still be under way.
pub(crate) struct Opened {
    pub(crate) parts: http::response::Parts,
    pub(crate) body: Body,
    pub(crate) rate_limit: RateLimitHeaders,
}

impl Opened {
    /// The whole answer, if its body was read.
    pub(crate) fn into_response(self, spec: &'static ToolSpec) -> Response {
        let body = self.body.into_bytes().unwrap_or_default();
        Response::new(spec, self.parts, body, self.rate_limit)
    }

    pub(crate) fn into_download(self, spec: &'static ToolSpec, attempt_count: u32) -> Download {
        Download {
            tool: spec.name,
            attempt_count,
            status: self.parts.status,
            headers: self.parts.headers,
            body: self.body,
        }
    }
}

/// A good answer whose body comes in pieces: what [`Call::download`](super::Call::download) gives.
///
/// It is a stream of the pieces and never holds more than one of them. The time of the call and
/// the bound on answers do not apply to it: reading it is the caller's business. Dropping it
/// closes the connection.
pub struct Download {
    tool: &'static str,
    attempt_count: u32,
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

impl Download {
    /// The tool that answered.
    #[must_use]
    pub fn tool(&self) -> &'static str {
        self.tool
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The type of the body, as the answer says it.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// The next piece; `None` after the last one.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The whole body, if it has no more than `max_size` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if it is larger, or the connection breaks.
    pub async fn collect(self, max_size: usize) -> Result<Bytes, Error> {
        let (tool, attempt_count) = (self.tool, self.attempt_count);
        let collected = self.body.collect(max_size).await;
        collected.map_err(|source| broken(tool, attempt_count, source))
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let (tool, attempt_count) = (self.tool, self.attempt_count);
        let polled = Pin::new(&mut self.body).poll_next(context);
        polled.map(|item| {
            item.map(|chunk| chunk.map_err(|source| broken(tool, attempt_count, source)))
        })
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("tool", &self.tool)
            .field("status", &self.status)
            .field("headers", &Shown(&self.headers))
            .finish_non_exhaustive()
    }
}

fn broken(tool: &'static str, attempt_count: u32, source: TransportError) -> Error {
    Error::Transport {
        tool,
        source,
        attempt_count,
        attempts: Vec::new(),
    }
}
