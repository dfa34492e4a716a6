//! Metrics through the `metrics` facade, for any exporter.

use std::time::Duration;

use crate::error::CallOutcome;
use crate::tools::{CatalogSpec, ToolSpec};

/// Counts a call, its attempts and its duration.
pub(super) fn call(
    catalog: &CatalogSpec,
    spec: &ToolSpec,
    (attempts, duration): (u32, Duration),
    outcome: CallOutcome,
) {
    let (catalog, tool) = (catalog.name, spec.name);
    metrics::counter!("toolsmith_calls_total", "catalog" => catalog, "tool" => tool, "outcome" => outcome.as_str())
        .increment(1);
    metrics::counter!("toolsmith_attempts_total", "catalog" => catalog, "tool" => tool)
        .increment(attempts.into());
    metrics::histogram!("toolsmith_call_seconds", "catalog" => catalog, "tool" => tool)
        .record(duration.as_secs_f64());
}

/// Records a wait of a call.
pub(super) fn wait(spec: &ToolSpec, reason: &'static str, wait: Duration) {
    metrics::histogram!("toolsmith_wait_seconds", "tool" => spec.name, "reason" => reason)
        .record(wait.as_secs_f64());
}
