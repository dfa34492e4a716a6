//! The span of a request, under the names of OpenTelemetry's conventions.

use serde_json::Value;
use tracing::Span;
use tracing::field::Empty;

use crate::error::RequestError;
use crate::json;
use crate::trace;
use crate::transport::{Peer, Reply};

/// The `error.type` of a request whose future was dropped before its end.
const CANCELLED: &str = "cancelled";

/// The `error.type` of a result in which a tool reports failure.
const TOOL_ERROR: &str = "tool_error";

/// The span of a request. If it is dropped before the request ended, the request was cancelled.
pub(super) struct RequestSpan {
    span: Span,
    has_ended: bool,
}

impl RequestSpan {
    /// Creates the span of a request: its number, its method and its parameters.
    pub(super) fn new(
        peer: &Peer,
        version: &str,
        (id, method): (u64, &str),
        params: &Value,
    ) -> Self {
        let tool = params.get("name").and_then(Value::as_str);
        let tool = tool.filter(|_| method == "tools/call");
        let separator = tool.map_or("", |_| " ");
        let span = tracing::info_span!(
            target: "toolsmith",
            "mcp_request",
            otel.name = format_args!("{method}{separator}{}", tool.unwrap_or_default()),
            otel.kind = "client",
            otel.status_code = Empty,
            mcp.method.name = method,
            mcp.protocol.version = version,
            mcp.session.id = peer.session.as_deref(),
            gen_ai.tool.name = tool,
            jsonrpc.request.id = format_args!("{id}"),
            network.transport = peer.transport,
            network.protocol.name = peer.protocol,
            server.address = peer.address.as_deref(),
            server.port = peer.port,
            http.response.status_code = Empty,
            rpc.response.status_code = Empty,
            "error.type" = Empty,
        );
        Self {
            span,
            has_ended: false,
        }
    }

    /// Returns the span.
    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    /// Adds the trace context of the span to the parameters of the request.
    pub(super) fn inject(&self, params: &mut Value) {
        trace::inject(&self.span, params);
    }

    /// Records the end of the request.
    pub(super) fn end(mut self, reply: &Reply) {
        self.has_ended = true;
        if self.span.is_disabled() {
            return;
        }
        if let Some(head) = &reply.head {
            self.span.record("http.response.status_code", head.status);
        }
        match &reply.outcome {
            Ok(result) if is_tool_error(result) => self.fail(TOOL_ERROR),
            Ok(_) => {}
            Err(error) => {
                if let RequestError::Rpc(error) = error
                    && let Some(code) = error.code
                {
                    let code = tracing::field::display(code);
                    self.span.record("rpc.response.status_code", code);
                }
                self.fail(&error.error_type());
            }
        }
    }

    fn fail(&self, error_type: &str) {
        self.span.record("error.type", error_type);
        self.span.record("otel.status_code", "ERROR");
    }
}

impl Drop for RequestSpan {
    fn drop(&mut self) {
        if !self.has_ended {
            self.fail(CANCELLED);
        }
    }
}

/// Returns `true` if a tool reports failure in the text of its result.
#[must_use]
pub fn is_tool_error(result: &str) -> bool {
    let flag = json::member(result, "isError").and_then(json::parse);
    flag.as_ref().is_some_and(is_error_flag)
}

/// Returns `true` if the value of `isError` says that a tool reports failure, of any type that servers
/// write.
#[must_use]
pub fn is_error_flag(flag: &Value) -> bool {
    match flag {
        Value::Bool(flag) => *flag,
        Value::String(text) => ["true", "yes", "1"].contains(&text.trim().to_lowercase().as_str()),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_found_in_a_flag_of_any_type() {
        for (flag, expected) in [
            ("true", true),
            ("\"TRUE \"", true),
            ("\"yes\"", true),
            ("1", true),
            ("\"1\"", true),
            ("false", false),
            ("\"false\"", false),
            ("\"\"", false),
            ("0", false),
            ("null", false),
            ("[]", false),
        ] {
            let result = format!(r#"{{"content":[{{"isError":true}}],"isError":{flag}}}"#);
            assert_eq!(is_tool_error(&result), expected, "{flag}");
        }
        assert!(!is_tool_error(r#"{"content":[{"isError":true}]}"#));
    }
}
