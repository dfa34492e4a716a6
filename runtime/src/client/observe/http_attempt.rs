//! The observation of an attempt over HTTP.

use std::time::Duration;

use http::{Method, Version};
use tracing::Span;
use tracing::field::Empty;

use super::attempt_end::AttemptEnd;
use super::subject::Subject;
use crate::http::BaseUrl;
use crate::telemetry;

/// An attempt over HTTP. If it is dropped before it ended, it was cancelled.
pub(crate) struct HttpAttempt<'a> {
    #[cfg(feature = "metrics")]
    subject: Subject<'a>,
    #[cfg(feature = "metrics")]
    request: (&'a Method, &'a BaseUrl),
    #[cfg(not(feature = "metrics"))]
    request: std::marker::PhantomData<&'a ()>,
    span: Span,
    has_ended: bool,
}

impl<'a> HttpAttempt<'a> {
    /// Begins the observation of an attempt: its number, and its request.
    pub(crate) fn begin(
        subject: Subject<'a>,
        attempt: u32,
        (method, base_url): (&'a Method, &'a BaseUrl),
    ) -> Self {
        let template = || base_url.template(subject.spec);
        let name = || match template() {
            Some(template) => format!("{method} {template}"),
            None => method.to_string(),
        };
        let span = tracing::info_span!(
            target: "toolsmith",
            "http_request",
            otel.name = name(),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = method.as_str(),
            http.request.resend_count = attempt.checked_sub(1).filter(|count| *count > 0),
            http.response.status_code = Empty,
            url.template = template().map(display),
            url.scheme = base_url.scheme(),
            server.address = base_url.host(),
            server.port = base_url.port(),
            network.protocol.name = "http",
            network.protocol.version = Empty,
            "error.type" = Empty,
        );
        Self {
            #[cfg(feature = "metrics")]
            subject,
            #[cfg(feature = "metrics")]
            request: (method, base_url),
            #[cfg(not(feature = "metrics"))]
            request: std::marker::PhantomData,
            span,
            has_ended: false,
        }
    }

    /// Returns the span of the attempt.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Returns `true` if nothing reads the end of the attempt.
    pub(crate) fn is_unwatched(&self) -> bool {
        self.span.is_disabled() && !cfg!(feature = "metrics")
    }

    /// Records the end of the attempt, and its duration.
    pub(crate) fn end(&mut self, end: AttemptEnd, took: Duration) {
        self.has_ended = true;
        let failure = end.error_type();
        if let AttemptEnd::Response(status, version) = end {
            self.span
                .record("http.response.status_code", status.as_u16());
            if let Some(version) = version_of(version) {
                self.span.record("network.protocol.version", version);
            }
        }
        if let Some(failure) = failure {
            telemetry::record_failure(&self.span, failure);
        }
        #[cfg(feature = "metrics")]
        super::metrics::request(self.subject, self.request, end, took);
        #[cfg(not(feature = "metrics"))]
        let _ = (took, self.request);
    }
}

impl Drop for HttpAttempt<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            telemetry::record_failure(&self.span, telemetry::CANCELLED);
        }
    }
}

/// Returns the version of HTTP, as the conventions write it.
fn version_of(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        Version::HTTP_3 => Some("3"),
        _ => None,
    }
}
