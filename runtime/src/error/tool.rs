//! The failure that a tool reports.

use std::fmt;

use crate::codec::Json;
use crate::context::CallContext;
use crate::redactor::RedactedJson;
use crate::single_line::Line;

/// The failure that a tool reports: `isError` of an MCP server, or the error of a function handler.
#[non_exhaustive]
pub struct ToolError {
    /// The tool.
    pub tool: &'static str,
    /// Its message, often written for a model that calls again.
    pub message: String,
    /// The result, unchanged; null if there was none.
    pub result: Json,
    /// The context of the call, if it had one.
    pub context: Option<Box<CallContext>>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ToolError {
    /// Creates the failure of a function handler.
    pub(crate) fn of_handler(
        tool: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    ) -> Self {
        Self {
            tool,
            message: source.to_string(),
            result: Json::Null,
            context: None,
            source: Some(source),
        }
    }

    /// Creates the failure that a result reports.
    #[cfg(feature = "mcp-client")]
    pub(crate) fn of_result(tool: &'static str, message: String, result: Json) -> Self {
        Self {
            tool,
            message,
            result,
            context: None,
            source: None,
        }
    }
}

impl ToolError {
    /// Returns the error of the function handler, if it failed.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.source.as_deref()
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.trim() {
            "" => write!(
                formatter,
                "{}: the tool failed without a message",
                self.tool
            ),
            message => write!(formatter, "{}: {}", self.tool, Line::whole(message)),
        }
    }
}

/// The message is that of the cause, so the source is that of the cause.
impl std::error::Error for ToolError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause()?.source()
    }
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for ToolError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ToolError")
            .field("tool", &self.tool)
            .field("message", &self.message)
            .field("result", &RedactedJson(&self.result))
            .field("source", &self.source)
            .field("context", &self.context)
            .finish()
    }
}
