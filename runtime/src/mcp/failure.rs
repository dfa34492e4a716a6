//! Errors of calls.

use toolsmith_mcp::rmcp::service::ServiceError;

use crate::codec::Json;
use crate::error::{Error, ToolError, TransportError, TransportErrorKind};
use crate::scrubber::Scrubber;

/// Converts the error of a call without a result.
pub(super) fn failure(tool: &'static str, scrubber: &Scrubber, error: ServiceError) -> Error {
    let kind = match error {
        ServiceError::McpError(error) => {
            let mut json = serde_json::to_value(&error).unwrap_or(Json::Null);
            scrubber.json(&mut json);
            let message = scrubber.string(error.message.into_owned());
            return Error::Tool(Box::new(ToolError::of_result(tool, message, json)));
        }
        ServiceError::Timeout { timeout } => return Error::timed_out(tool, timeout),
        ServiceError::TransportSend(_) | ServiceError::TransportClosed => {
            TransportErrorKind::Broken
        }
        _ => TransportErrorKind::Request,
    };
    let message = scrubber.string(format!("the session with the MCP server failed: {error}"));
    let source = TransportError::new(kind, message);
    Error::broken(tool, source)
}
