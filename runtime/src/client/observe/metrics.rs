//! Metrics through the `metrics` facade, for any exporter.

use std::time::Duration;

use http::Method;
use metrics::{Label, SharedString, counter, histogram};

use super::attempt_end::AttemptEnd;
use super::subject::{Subject, ToolKind};
use crate::error::CallOutcome;
use crate::http::BaseUrl;
use crate::telemetry::{self, names};

/// Counts a call, its attempts and its duration.
pub(super) fn call(
    subject: Subject<'_>,
    (attempts, duration): (u32, Duration),
    (outcome, error_type): (CallOutcome, Option<SharedString>),
) {
    telemetry::describe_once();
    let labels = || labels(subject);
    let mut counted = labels();
    counted.push(Label::from_static_parts(
        "toolsmith.outcome",
        outcome.as_str(),
    ));
    counter!(names::CALLS, counted).increment(1);
    counter!(names::ATTEMPTS, labels()).increment(attempts.into());
    if subject.kind == ToolKind::Account {
        return;
    }
    let mut timed = labels();
    timed.push(Label::from_static_parts(
        "gen_ai.operation.name",
        "execute_tool",
    ));
    timed.extend(error_type.map(|error| Label::new("error.type", error)));
    histogram!(names::EXECUTE_TOOL, timed).record(duration.as_secs_f64());
}

/// Records the duration of an attempt over HTTP.
pub(super) fn request(
    subject: Subject<'_>,
    (method, base_url): (&Method, &BaseUrl),
    end: AttemptEnd,
    took: Duration,
) {
    let mut labels = labels(subject);
    let mut add = |name: &'static str, value: String| labels.push(Label::new(name, value));
    add("http.request.method", method.to_string());
    add("server.address", base_url.host().to_owned());
    if let Some(port) = base_url.port() {
        add("server.port", port.to_string());
    }
    if let Some(template) = base_url.template(subject.spec) {
        add("url.template", template.to_string());
    }
    if let Some(status) = end.status() {
        add("http.response.status_code", status.as_str().to_owned());
    }
    if let Some(error_type) = end.error_type() {
        add("error.type", error_type.to_owned());
    }
    histogram!(names::HTTP_REQUEST, labels).record(took.as_secs_f64());
}

/// Records the duration of a request to an MCP server.
#[cfg(feature = "mcp-client")]
pub(super) fn mcp_request(
    subject: Subject<'_>,
    transport: &'static str,
    error_type: Option<SharedString>,
    took: Duration,
) {
    let mut labels = labels(subject);
    labels.push(Label::from_static_parts("mcp.method.name", "tools/call"));
    labels.push(Label::from_static_parts("network.transport", transport));
    labels.extend(error_type.map(|error| Label::new("error.type", error)));
    histogram!(names::MCP_CLIENT, labels).record(took.as_secs_f64());
}

/// Records a wait of a call.
pub(super) fn wait(subject: Subject<'_>, reason: &'static str, wait: Duration) {
    let mut labels = labels(subject);
    labels.push(Label::from_static_parts("toolsmith.wait.reason", reason));
    histogram!(names::WAIT, labels).record(wait.as_secs_f64());
}

/// Returns the labels of every metric of a call.
fn labels(subject: Subject<'_>) -> Vec<Label> {
    let mut labels = vec![
        Label::from_static_parts("toolsmith.catalog", subject.catalog.name),
        Label::from_static_parts("gen_ai.tool.name", subject.spec.name),
    ];
    if let Some(account) = subject.account.filter(|_| subject.labels_account) {
        labels.push(Label::new("toolsmith.account.id", account.to_owned()));
    }
    labels
}
