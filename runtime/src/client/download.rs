//! A response whose body the caller reads.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode, header};

use super::drain::InFlight;
use super::observe::AttemptEnd;
use crate::context::CallContext;
use crate::error::{Error, TransportError};
use crate::http::{Body, Response};
use crate::rate_limit::RateLimitHeaders;
use crate::scrubber::{CleanHeaders, Scrubber};
use crate::tools::ToolSpec;

/// A response whose body may not be read yet.
pub(crate) struct OpenResponse<B = Body> {
    pub(crate) parts: http::response::Parts,
    pub(crate) body: B,
    pub(crate) rate_limit: RateLimitHeaders,
    /// Counts the call until its body was read.
    pub(super) in_flight: InFlight,
}

impl<B> OpenResponse<B> {
    /// Returns the end of the attempt that got the response.
    pub(super) fn end(&self) -> AttemptEnd {
        AttemptEnd::Response(self.parts.status, self.parts.version)
    }
}

impl OpenResponse<Bytes> {
    /// Returns the response, and what counts the call.
    pub(super) fn into_response(
        self,
        spec: &'static ToolSpec,
        scrubber: &Scrubber,
    ) -> (Response, InFlight) {
        let response = Response::new(spec, self.parts, self.body, self.rate_limit);
        (response.with_scrubber(scrubber), self.in_flight)
    }
}

impl OpenResponse {
    /// Returns the response, if its body was read, and what counts the call.
    pub(super) fn into_response(
        self,
        spec: &'static ToolSpec,
        scrubber: &Scrubber,
    ) -> (Response, InFlight) {
        let body = self.body.into_bytes().unwrap_or_default();
        let response = Response::new(spec, self.parts, body, self.rate_limit);
        (response.with_scrubber(scrubber), self.in_flight)
    }

    pub(crate) fn into_download(
        self,
        spec: &'static ToolSpec,
        attempt_count: u32,
        scrubber: &Scrubber,
    ) -> Download {
        Download {
            tool: spec.name,
            attempt_count,
            status: self.parts.status,
            headers: self.parts.headers,
            body: self.body,
            scrubber: scrubber.clone(),
            context: None,
            _in_flight: self.in_flight,
        }
    }
}

/// A successful response whose body is a stream, as returned by
/// [`Call::download`](super::Call::download).
///
/// It holds one chunk at a time. The timeout of the call and the maximum response size do not apply
/// while the body is read. Dropping it closes the connection.
pub struct Download {
    tool: &'static str,
    attempt_count: u32,
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
    scrubber: Scrubber,
    context: Option<Arc<CallContext>>,
    _in_flight: InFlight,
}

impl Download {
    /// Sets the context of the call.
    pub(super) fn in_context(self, context: Option<&Arc<CallContext>>) -> Self {
        Self {
            context: context.cloned(),
            ..self
        }
    }

    /// Returns the name of the tool.
    #[must_use]
    pub fn tool(&self) -> &'static str {
        self.tool
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the content type of the body.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// Returns the next chunk, or `None` after the last one.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Reads the whole body, up to `max_size` bytes.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Transport`] if the body is larger or the connection breaks.
    pub async fn collect(self, max_size: usize) -> Result<Bytes, Error> {
        let (tool, attempt_count, scrubber) = (self.tool, self.attempt_count, self.scrubber);
        let collected = self.body.collect(max_size).await;
        collected.map_err(|source| {
            let error = broken(tool, attempt_count, source.scrubbed(&scrubber));
            error.in_context(self.context.as_deref())
        })
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.body).poll_next(context);
        let broken = |error: TransportError| {
            let error = error.scrubbed(&self.scrubber);
            broken(self.tool, self.attempt_count, error).in_context(self.context.as_deref())
        };
        polled.map(|item| item.map(|chunk| chunk.map_err(broken)))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("tool", &self.tool)
            .field("status", &self.status)
            .field(
                "headers",
                &CleanHeaders {
                    headers: &self.headers,
                    scrubber: &self.scrubber,
                },
            )
            .finish_non_exhaustive()
    }
}

fn broken(tool: &'static str, attempt_count: u32, source: TransportError) -> Error {
    Error::Transport {
        tool,
        source,
        attempt_count,
        attempts: Vec::new(),
        context: None,
    }
}
