//! The spans, events and metrics of a call.
//!
//! Their names are stable and documented at the root of the crate. They contain arguments and
//! responses only if the client logs payloads.

#[cfg(feature = "metrics")]
mod metrics;
mod observation;
mod payloads;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use http::StatusCode;
use tracing::Span;
use tracing::field::Empty;

use crate::client::shared::{Payloads, Shared};
use crate::codec::{Json, parse_json};
use crate::context::CallContext;
#[cfg(feature = "metrics")]
use crate::error::CallOutcome;
use crate::error::{Attempt, Error};
use crate::http::Body;
use crate::interrupt::NEVER;
use crate::rate_limit::TooLong;
use crate::tools::{CatalogSpec, ToolSpec};
pub(crate) use observation::Observation;

/// The size up to which a response is logged.
const MAX_LOGGED_SIZE: usize = 128 * 1024;

/// Creates the span of a call over all its attempts.
pub(super) fn call_span(
    catalog: &CatalogSpec,
    spec: &ToolSpec,
    context: Option<&CallContext>,
) -> Span {
    tracing::info_span!(
        target: "toolsmith",
        "toolsmith.call",
        catalog = catalog.name,
        tool = spec.name,
        call_id = context.and_then(|context| context.call_id.as_deref()),
        principal = context.and_then(|context| context.principal.as_deref()),
        session = context.and_then(|context| context.session.as_deref()),
        status = Empty,
        attempts = Empty,
        duration_ms = Empty,
    )
}

/// Creates the span of one attempt.
pub(crate) fn attempt_span(spec: &ToolSpec, attempt: u32) -> Span {
    tracing::debug_span!(
        target: "toolsmith",
        "toolsmith.attempt",
        tool = spec.name,
        attempt,
        status = Empty,
        duration_ms = Empty,
    )
}

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

/// Records the end of an attempt, with or without a response.
pub(crate) fn attempt_ended(span: &Span, status: Option<StatusCode>, took: Duration) {
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    span.record("duration_ms", milliseconds(took));
}

/// Records the end of a call, with the status of its response or its error.
pub(super) fn ended(
    catalog: &CatalogSpec,
    spec: &ToolSpec,
    span: &Span,
    (attempts, took): (u32, &dyn Fn() -> Duration),
    outcome: Result<Option<StatusCode>, &Error>,
) {
    // Without a subscriber, the clock is not read.
    if span.is_disabled() && !cfg!(feature = "metrics") {
        return;
    }
    let took = took();
    let status = match outcome {
        Ok(status) => status,
        Err(error) => error.status(),
    };
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    span.record("attempts", attempts);
    span.record("duration_ms", milliseconds(took));
    #[cfg(feature = "metrics")]
    metrics::call(
        catalog,
        spec,
        (attempts, took),
        CallOutcome::of(outcome.err()),
    );
    #[cfg(not(feature = "metrics"))]
    let _ = (catalog, spec);
}

/// Reports a call that its caller cancelled.
#[cold]
pub(super) fn cancelled(catalog: &CatalogSpec, spec: &ToolSpec, (attempts, took): (u32, Duration)) {
    let duration_ms = milliseconds(took);
    tracing::debug!(target: "toolsmith", tool = spec.name, attempts, duration_ms, "the call was cancelled");
    #[cfg(feature = "metrics")]
    metrics::call(catalog, spec, (attempts, took), CallOutcome::Cancelled);
    #[cfg(not(feature = "metrics"))]
    let _ = catalog;
}

/// Reports the time that a call waited for the rate limit.
pub(crate) fn waited(spec: &ToolSpec, attempt: u32, wait: Duration) {
    if wait >= Duration::from_millis(1) {
        report_wait(spec, attempt, wait);
    }
}

#[cold]
fn report_wait(spec: &ToolSpec, attempt: u32, wait: Duration) {
    let wait_ms = milliseconds(wait);
    tracing::debug!(target: "toolsmith", tool = spec.name, attempt, wait_ms, "waited for the rate limit");
    #[cfg(feature = "metrics")]
    metrics::wait(spec, "rate_limit", wait);
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
pub(super) fn retrying(spec: &ToolSpec, attempt: u32, wait: Duration, failed: Option<&Attempt>) {
    let wait_ms = milliseconds(wait);
    let reason = failed.map(Attempt::to_string);
    tracing::debug!(target: "toolsmith", tool = spec.name, attempt, wait_ms, reason, "retrying");
    #[cfg(feature = "metrics")]
    metrics::wait(spec, "retry", wait);
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
