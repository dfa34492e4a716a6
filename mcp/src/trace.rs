//! The trace context of requests, which the program knows.

use std::sync::OnceLock;

use serde_json::{Map, Value};
use tracing::Span;

type Injector = dyn Fn(&Span, &mut Map<String, Value>) + Send + Sync;

static INJECTOR: OnceLock<Box<Injector>> = OnceLock::new();

/// Sets the function that writes the trace context of a request's span to its `_meta`: `traceparent` and
/// `tracestate` of W3C Trace Context. It applies to all sessions of the process. The first one stays.
pub fn set_injector(injector: impl Fn(&Span, &mut Map<String, Value>) + Send + Sync + 'static) {
    // A second injector is ignored.
    let _set = INJECTOR.set(Box::new(injector));
}

/// Adds the trace context of a span to the parameters of its request.
pub(crate) fn inject(span: &Span, params: &mut Value) {
    let (Some(injector), Value::Object(params)) = (INJECTOR.get(), params) else {
        return;
    };
    let mut trace = Map::new();
    injector(span, &mut trace);
    if trace.is_empty() {
        return;
    }
    let meta = params.entry("_meta").or_insert_with(|| Map::new().into());
    if let Value::Object(meta) = meta {
        meta.extend(trace);
    }
}
