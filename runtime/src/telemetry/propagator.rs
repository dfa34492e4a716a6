//! The propagation of trace contexts between processes.

#![allow(
    clippy::disallowed_types,
    reason = "the propagators of OpenTelemetry read and write this type of map alone"
)]

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use tracing::Span;

use crate::context::TraceContext;

/// The connection between the spans of `tracing` and the traces of the program's exporter.
///
/// The fields are those of W3C Trace Context: `traceparent` and `tracestate`. Others, such as `baggage`, are not
/// sent, because the data of one service is not for every server that a tool calls.
///
/// With `tracing-opentelemetry`, the methods are one line each:
///
/// ```ignore
/// struct W3c(TraceContextPropagator);
///
/// impl Propagator for W3c {
///     fn inject(&self, span: &Span, fields: &mut HashMap<String, String>) {
///         self.0.inject_context(&span.context(), fields);
///     }
///
///     fn extract(&self, fields: &HashMap<String, String>, span: &Span) {
///         let _ = span.set_parent(self.0.extract(fields));
///     }
/// }
///
/// set_propagator(W3c(TraceContextPropagator::new()))?;
/// ```
pub trait Propagator: Send + Sync + 'static {
    /// Writes the trace context of `span` to `fields`, if the span belongs to a trace.
    fn inject(&self, span: &Span, fields: &mut HashMap<String, String>);

    /// Makes the span of another process, read from `fields`, the parent of `span`, which was not entered yet.
    fn extract(&self, fields: &HashMap<String, String>, span: &Span);
}

static PROPAGATOR: OnceLock<Box<dyn Propagator>> = OnceLock::new();

/// The error of a second propagator in one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetPropagatorError(());

impl fmt::Display for SetPropagatorError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a propagator is already set, and a process can have only one")
    }
}

impl std::error::Error for SetPropagatorError {}

/// Sets the propagator of the process, for all clients and servers. Call it where the subscriber of `tracing`
/// is set.
///
/// # Errors
///
/// Returns an error if a propagator is already set; it stays in place.
pub fn set_propagator(propagator: impl Propagator) -> Result<(), SetPropagatorError> {
    let set = PROPAGATOR.set(Box::new(propagator));
    set.map_err(|_| SetPropagatorError(()))?;
    #[cfg(feature = "mcp-client")]
    toolsmith_mcp::trace::set_injector(|span, meta| {
        if let Some(trace) = of_span(span) {
            let fields = trace.fields();
            meta.extend(fields.map(|(name, value)| (name.to_owned(), value.into())));
        }
    });
    Ok(())
}

/// Returns the trace that a request inside `span` is sent with: that of the span, or else the `given` one.
pub(crate) fn outgoing(span: &Span, given: Option<&TraceContext>) -> Option<TraceContext> {
    of_span(span).or_else(|| given.cloned())
}

/// Returns the trace that a request inside the current span is sent with.
pub(crate) fn outgoing_here(given: Option<&TraceContext>) -> Option<TraceContext> {
    // Without a propagator, the span is not looked for.
    let current = PROPAGATOR.get().and_then(|_| injected(&Span::current()));
    current.or_else(|| given.cloned())
}

/// Makes the span that `trace` names the parent of a new span.
pub(crate) fn set_parent(trace: &TraceContext, span: &Span) {
    if let Some(propagator) = PROPAGATOR.get()
        && !span.is_disabled()
    {
        let fields = trace.fields();
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        propagator.extract(&fields.collect(), span);
    }
}

/// Makes `trace` the trace of a new span, unless `ambient`, in which it is, belongs to it already.
pub(crate) fn continue_trace(trace: &TraceContext, span: &Span, ambient: &Span) {
    let known = injected(ambient);
    if known.is_none_or(|known| known.trace_id() != trace.trace_id()) {
        set_parent(trace, span);
    }
}

/// Returns the trace context of a span, if the program knows one. In a span that no subscriber wants, it is that
/// of the current one.
fn of_span(span: &Span) -> Option<TraceContext> {
    if span.is_disabled() {
        injected(&Span::current())
    } else {
        injected(span)
    }
}

/// Returns the trace context that the program's propagator writes for a span.
fn injected(span: &Span) -> Option<TraceContext> {
    let propagator = PROPAGATOR.get().filter(|_| !span.is_disabled())?;
    let mut fields = HashMap::new();
    propagator.inject(span, &mut fields);
    TraceContext::read(|name| fields.get(name).map(String::as_str))
}
