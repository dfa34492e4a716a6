//! What a call tells of itself: spans, events and counts, under names that do not change.
//!
//! The table of them stands in the documentation of the crate. Neither arguments nor answers are
//! among them unless the client was built so that they are.

#[cfg(feature = "metrics")]
mod metrics;
mod payloads;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use http::StatusCode;
use tracing::Span;
use tracing::field::Empty;

use super::Shared;
use super::download::Opened;
use crate::codec::Json;
#[cfg(feature = "metrics")]
use crate::error::CallOutcome;
use crate::error::{Attempt, Error};
use crate::http::Body;
use crate::rate_limit::TooLong;
use crate::tools::ToolSpec;

/// The span of a call over all its tries.
pub(super) fn call_span(shared: &Shared, spec: &ToolSpec) -> Span {
    tracing::info_span!(
        target: "toolsmith",
        "toolsmith.call",
        catalog = shared.catalog.name,
        tool = spec.name,
        status = Empty,
        attempts = Empty,
        duration_ms = Empty,
    )
}

/// The span of one try.
pub(super) fn attempt_span(spec: &ToolSpec, attempt: u32) -> Span {
    tracing::debug_span!(
        target: "toolsmith",
        "toolsmith.attempt",
        tool = spec.name,
        attempt,
        status = Empty,
        duration_ms = Empty,
    )
}

/// `work`, each poll of which is inside `span`.
pub(super) fn inside<'a, F: Future>(
    span: &'a Span,
    mut work: Pin<&'a mut F>,
) -> impl Future<Output = F::Output> + use<'a, F> {
    poll_fn(move |context| {
        let _entered = span.enter();
        work.as_mut().poll(context)
    })
}

/// A try ended, with or without an answer.
pub(super) fn attempt_ended(span: &Span, status: Option<StatusCode>, took: Duration) {
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    span.record("duration_ms", milliseconds(took));
}

/// A call ended.
pub(super) fn ended(
    shared: &Shared,
    spec: &ToolSpec,
    span: &Span,
    (attempts, took): (u32, &dyn Fn() -> Duration),
    outcome: &Result<Box<Opened>, Error>,
) {
    // Who does not listen is not to wait for the clock.
    if span.is_disabled() && !cfg!(feature = "metrics") {
        return;
    }
    let took = took();
    let status = match outcome {
        Ok(opened) => Some(opened.parts.status),
        Err(error) => error.status(),
    };
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    span.record("attempts", attempts);
    span.record("duration_ms", milliseconds(took));
    #[cfg(feature = "metrics")]
    metrics::call(
        shared,
        spec,
        (attempts, took),
        CallOutcome::of(outcome.as_ref().err()),
    );
    #[cfg(not(feature = "metrics"))]
    let _ = (shared, spec);
}

/// A call was given up by its caller before it ended.
#[cold]
pub(super) fn cancelled(shared: &Shared, spec: &ToolSpec, (attempts, took): (u32, Duration)) {
    let duration_ms = milliseconds(took);
    tracing::debug!(target: "toolsmith", tool = spec.name, attempts, duration_ms, "the call was cancelled");
    #[cfg(feature = "metrics")]
    metrics::call(shared, spec, (attempts, took), CallOutcome::Cancelled);
    #[cfg(not(feature = "metrics"))]
    let _ = shared;
}

/// A call had to wait for its turn.
pub(super) fn waited(spec: &ToolSpec, attempt: u32, wait: Duration) {
    if wait >= Duration::from_millis(1) {
        tell_wait(spec, attempt, wait);
    }
}

#[cold]
fn tell_wait(spec: &ToolSpec, attempt: u32, wait: Duration) {
    let wait_ms = milliseconds(wait);
    tracing::debug!(target: "toolsmith", tool = spec.name, attempt, wait_ms, "waited for the rate limit");
    #[cfg(feature = "metrics")]
    metrics::wait(spec, "rate_limit", wait);
}

/// A call would have had to wait for its turn longer than it has time.
#[cold]
pub(super) fn wait_too_long(spec: &ToolSpec, too_long: TooLong) {
    let wait_ms = milliseconds(too_long.wait);
    let ahead = too_long.ahead;
    tracing::debug!(target: "toolsmith", tool = spec.name, wait_ms, ahead, "the wait for the rate limit is too long");
}

/// A call is tried again after a wait. The reason is a status or a kind and no text of the
/// server's, which may repeat arguments.
#[cold]
pub(super) fn retrying(spec: &ToolSpec, attempt: u32, wait: Duration, failed: Option<&Attempt>) {
    let wait_ms = milliseconds(wait);
    let reason = failed.map(Attempt::to_string);
    tracing::debug!(target: "toolsmith", tool = spec.name, attempt, wait_ms, reason, "retrying");
    #[cfg(feature = "metrics")]
    metrics::wait(spec, "retry", wait);
}

/// The arguments of a call, if the client was built so that they are told.
pub(super) fn arguments(shared: &Shared, spec: &ToolSpec, arguments: &Json) {
    if shared.payloads == Payloads::Told {
        let arguments = payloads::text(&shared.token, arguments);
        tracing::trace!(target: "toolsmith", tool = spec.name, arguments, "arguments");
    }
}

/// The answer of a call, if the client was built so that it is told.
pub(super) fn answer(shared: &Shared, spec: &ToolSpec, body: &Body) {
    if shared.payloads == Payloads::Told {
        let json = body
            .as_bytes()
            .and_then(|body| serde_json::from_slice(body).ok());
        let answer = match json {
            Some(json) => payloads::text(&shared.token, &json),
            None => format!("{body:?}"),
        };
        tracing::trace!(target: "toolsmith", tool = spec.name, answer, "answer");
    }
}

/// Whether arguments and answers are told at level `TRACE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payloads {
    Hidden,
    Told,
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
