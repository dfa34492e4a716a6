//! The names and descriptions of the metrics.

use std::sync::Once;

use metrics::Unit;

/// The names of the metrics.
pub(crate) mod names {
    pub(crate) const EXECUTE_TOOL: &str = "gen_ai.execute_tool.duration";
    pub(crate) const HTTP_REQUEST: &str = "http.client.request.duration";
    #[cfg(feature = "mcp-client")]
    pub(crate) const MCP_CLIENT: &str = "mcp.client.operation.duration";
    #[cfg(feature = "mcp-server")]
    pub(crate) const MCP_SERVER: &str = "mcp.server.operation.duration";
    pub(crate) const CALLS: &str = "toolsmith.calls";
    pub(crate) const ATTEMPTS: &str = "toolsmith.attempts";
    pub(crate) const WAIT: &str = "toolsmith.wait.duration";
}

/// The histograms, all in seconds, and what they measure.
const DURATIONS: &[(&str, &str)] = &[
    (
        names::EXECUTE_TOOL,
        "The duration of a call of a tool over all its attempts.",
    ),
    (
        names::HTTP_REQUEST,
        "The duration of an attempt of a call over HTTP.",
    ),
    #[cfg(feature = "mcp-client")]
    (
        names::MCP_CLIENT,
        "The duration of a request to an MCP server, as the client sees it.",
    ),
    #[cfg(feature = "mcp-server")]
    (
        names::MCP_SERVER,
        "The duration of a request to this MCP server.",
    ),
    (
        names::WAIT,
        "The time that a call waited for the rate limit, or before a retry.",
    ),
];

/// The counters, and what they count.
const COUNTS: &[(&str, &str)] = &[
    (names::CALLS, "The calls of tools, by outcome."),
    (
        names::ATTEMPTS,
        "The attempts of calls, the first one included.",
    ),
];

/// Describes the metrics to the recorder of the crate `metrics`: their meaning and unit.
///
/// The first call of a tool does the same. A program that exports metrics before that calls it after it has
/// installed its recorder.
pub fn describe_metrics() {
    for (name, description) in DURATIONS {
        metrics::describe_histogram!(*name, Unit::Seconds, *description);
    }
    for (name, description) in COUNTS {
        metrics::describe_counter!(*name, Unit::Count, *description);
    }
}

/// Describes the metrics, once in a process.
pub(crate) fn describe_once() {
    static DESCRIBED: Once = Once::new();
    DESCRIBED.call_once(describe_metrics);
}
