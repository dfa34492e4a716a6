//! What can go wrong between a client and a server.

use toolsmith_mcp::Session;
use toolsmith_mcp::rmcp::service::ServiceError;

use crate::codec::Json;
use crate::error::{Error, ToolError, TransportError, TransportErrorKind};

/// The error of a call that has no answer.
pub(super) fn failure(tool: &'static str, session: &Session, error: ServiceError) -> Error {
    let kind = match error {
        ServiceError::McpError(refusal) => {
            let answer = serde_json::to_value(&refusal).unwrap_or(Json::Null);
            let message = session.redact(refusal.message.into_owned());
            return Error::Tool(Box::new(ToolError::of_answer(tool, message, answer)));
        }
        ServiceError::Timeout { timeout } => return Error::timed_out(tool, timeout),
        ServiceError::TransportSend(_) | ServiceError::TransportClosed => {
            TransportErrorKind::Broken
        }
        _ => TransportErrorKind::Request,
    };
    let message = session.redact(format!("the session with the server broke: {error}"));
    let source = TransportError::new(kind, message);
    Error::broken(tool, source)
}
