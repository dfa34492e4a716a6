//! The spans, events and metrics of a call.
//!
//! Their names are stable and documented in `docs/telemetry.md`. They contain arguments and responses
//! only if the client logs payloads.

mod attempt_end;
mod http_attempt;
#[cfg(feature = "mcp-client")]
mod mcp_request;
#[cfg(feature = "metrics")]
mod metrics;
mod observation;
mod payloads;
mod subject;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use tracing::Span;

use crate::client::shared::{Payloads, Shared};
use crate::codec::{Json, parse_json};
#[cfg(feature = "metrics")]
use crate::error::CallOutcome;
use crate::error::{Attempt, Error};
use crate::http::Body;
use crate::interrupt::NEVER;
use crate::rate_limit::TooLong;
use crate::telemetry;
use crate::tools::ToolSpec;
pub(crate) use attempt_end::AttemptEnd;
pub(crate) use http_attempt::HttpAttempt;
#[cfg(feature = "mcp-client")]
pub(crate) use mcp_request::mcp_request;
pub(crate) use observation::Observation;
pub(crate) use subject::{Subject, ToolKind};

/// The size up to which a response is logged.
const MAX_LOGGED_SIZE: usize = 128 * 1024;

/// Polls `work` inside `span`.
pub(super) fn inside<'a, F: Future>(
    span: &'a Span,
    mut work: Pin<&'a mut F>,
) -> impl Future<Output = F::Output> + use<'a, F> {
    poll_fn(move |context| {
        let _entered = span.enter();
        work.as_mut().poll(context)
    })
}

/// Records the end of a call, with its error if it failed.
pub(crate) fn ended(
    subject: Subject<'_>,
    span: &Span,
    (attempts, took): (u32, &dyn Fn() -> Duration),
    failure: Option<&Error>,
) {
    // Without a subscriber, the clock is not read.
    if span.is_disabled() && !cfg!(feature = "metrics") {
        return;
    }
    let error_type = failure.map(telemetry::error_type);
    if let Some(error_type) = &error_type {
        telemetry::record_failure(span, error_type);
    }
    span.record("toolsmith.attempts", attempts);
    #[cfg(feature = "metrics")]
    metrics::call(
        subject,
        (attempts, took()),
        (CallOutcome::of(failure), error_type.map(Into::into)),
    );
    #[cfg(not(feature = "metrics"))]
    let _ = (subject, took);
}

/// Reports a call that its caller cancelled.
#[cold]
pub(crate) fn cancelled(subject: Subject<'_>, span: &Span, (attempts, took): (u32, Duration)) {
    let duration_ms = milliseconds(took);
    telemetry::record_failure(span, telemetry::CANCELLED);
    span.record("toolsmith.attempts", attempts);
    span.in_scope(|| {
        tracing::debug!(target: "toolsmith", tool = subject.spec.name, attempts, duration_ms, "the call was cancelled");
    });
    #[cfg(feature = "metrics")]
    metrics::call(
        subject,
        (attempts, took),
        (CallOutcome::Cancelled, Some(telemetry::CANCELLED.into())),
    );
}

/// Reports the time that a call waited for the rate limit.
pub(crate) fn waited(subject: Subject<'_>, attempt: u32, wait: Duration) {
    if wait >= Duration::from_millis(1) {
        report_wait(subject, attempt, wait);
    }
}

#[cold]
fn report_wait(subject: Subject<'_>, attempt: u32, wait: Duration) {
    let (tool, wait_ms) = (subject.spec.name, milliseconds(wait));
    tracing::debug!(target: "toolsmith", tool, attempt, wait_ms, "waited for the rate limit");
    #[cfg(feature = "metrics")]
    metrics::wait(subject, "rate_limit", wait);
}

/// Reports a call that would exceed its timeout while waiting for the rate limit.
#[cold]
pub(crate) fn wait_too_long(spec: &ToolSpec, too_long: TooLong) {
    let wait_ms = milliseconds(too_long.wait);
    let ahead = too_long.ahead;
    tracing::debug!(target: "toolsmith", tool = spec.name, wait_ms, ahead, "the wait for the rate limit is too long");
}

/// Reports a retry and the wait before it. The reason is a status or an error kind, because a text
/// of the server may repeat arguments.
#[cold]
pub(super) fn retrying(
    subject: Subject<'_>,
    attempt: u32,
    wait: Duration,
    failed: Option<&Attempt>,
) {
    let (tool, wait_ms) = (subject.spec.name, milliseconds(wait));
    let reason = failed.map(Attempt::to_string);
    tracing::debug!(target: "toolsmith", tool, attempt, wait_ms, reason, "retrying");
    #[cfg(feature = "metrics")]
    metrics::wait(subject, "retry", wait);
}

/// Logs the arguments of a call, if the client logs payloads.
pub(super) fn arguments(shared: &Shared, spec: &ToolSpec, arguments: &Json) {
    if shared.payloads == Payloads::Logged {
        let arguments = payloads::text(
            shared.credentials.scrubber(),
            shared.catalog.secrets,
            arguments,
        );
        tracing::trace!(target: "toolsmith", tool = spec.name, arguments, "arguments");
    }
}

/// Logs the response of a call, if the client logs payloads.
pub(super) fn response(shared: &Shared, spec: &ToolSpec, body: &Body) {
    if shared.payloads == Payloads::Logged {
        let json = body
            .as_bytes()
            .filter(|body| body.len() <= MAX_LOGGED_SIZE)
            .and_then(|body| parse_json(body, &NEVER).ok());
        let response = match json {
            Some(json) => {
                payloads::text(shared.credentials.scrubber(), shared.catalog.secrets, &json)
            }
            None => format!("{body:?}"),
        };
        tracing::trace!(target: "toolsmith", tool = spec.name, response, "response");
    }
}

pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
