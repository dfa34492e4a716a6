//! Spans, metrics and trace contexts, under the names of OpenTelemetry's semantic conventions.
//!
//! The page `docs/telemetry.md` of the repository has every name with its meaning, unit and source. All spans
//! and events have the target `toolsmith`, and none of them contains the token or, unless the client
//! [logs payloads](crate::ClientBuilder::log_payloads), an argument.
//!
//! | span | kind | covers |
//! |---|---|---|
//! | `execute_tool {tool}` | internal | a call of a tool, of any kind of client, over all its attempts |
//! | `{method} {template of the path}` | client | an attempt of a call over HTTP |
//! | `{method of MCP} {tool}` | client, server | a request to an MCP server, at the client and at the server |
//!
//! | metric of the feature `metrics` | unit | of |
//! |---|---|---|
//! | `gen_ai.execute_tool.duration` | seconds | calls of tools |
//! | `http.client.request.duration` | seconds | attempts over HTTP |
//! | `mcp.client.operation.duration`, `mcp.server.operation.duration` | seconds | requests of MCP |
//! | `toolsmith.calls`, `toolsmith.attempts` | number | calls by outcome, and attempts |
//! | `toolsmith.wait.duration` | seconds | waits for the rate limit and before retries |
//!
//! # One trace
//!
//! Spans are those of `tracing`, and a program chooses the subscriber that exports them. The library does not
//! depend on OpenTelemetry, so a program connects the two with a [`Propagator`]: then requests over HTTP have the
//! headers `traceparent` and `tracestate` of their spans, requests to MCP servers have the same in `_meta`, and an
//! MCP server continues the trace of its client. Without one, a call has the
//! [trace of its context](crate::CallContext::trace).

#[cfg(feature = "metrics")]
mod describe;
mod error_type;
mod propagator;

#[cfg(feature = "metrics")]
pub use describe::describe_metrics;
#[cfg(feature = "metrics")]
pub(crate) use describe::{describe_once, names};
pub(crate) use error_type::{error_type, transport_error_type};
#[cfg(feature = "mcp-server")]
pub(crate) use propagator::set_parent;
pub use propagator::{Propagator, SetPropagatorError, set_propagator};
pub(crate) use propagator::{continue_trace, outgoing, outgoing_here};

/// The `error.type` of an operation whose future was dropped before its end.
pub(crate) const CANCELLED: &str = "cancelled";

/// The number of characters of an identifier in a span that a client or a model has made.
const MAX_ID_CHARACTERS: usize = 128;

/// Returns the part of an identifier that a span has.
pub(crate) fn cut(id: &str) -> &str {
    let end = id.char_indices().nth(MAX_ID_CHARACTERS);
    end.and_then(|(end, _)| id.get(..end)).unwrap_or(id)
}

/// Records in a span that its operation failed.
pub(crate) fn record_failure(span: &tracing::Span, error_type: &str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}
