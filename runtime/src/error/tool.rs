//! A tool that ran, and says that it failed.

use std::fmt;

use crate::codec::Json;
use crate::single_line::Line;

/// A tool that ran, and says that it failed: an MCP server's `isError`, or the error of whoever
/// carries the call out.
#[derive(Debug)]
#[non_exhaustive]
pub struct ToolError {
    /// The tool.
    pub tool: &'static str,
    /// What it says; written for a model that is to try again.
    pub message: String,
    /// The answer as it came; null if there was none.
    pub answer: Json,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ToolError {
    /// The failure of a call that a program carries out itself.
    pub(crate) fn of_handler(
        tool: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    ) -> Self {
        Self {
            tool,
            message: source.to_string(),
            answer: Json::Null,
            source: Some(source),
        }
    }

    /// The failure that an answer tells of.
    #[cfg(feature = "mcp-client")]
    pub(crate) fn of_answer(tool: &'static str, message: String, answer: Json) -> Self {
        Self {
            tool,
            message,
            answer,
            source: None,
        }
    }
}

impl ToolError {
    /// The error of whoever carried the call out, if that is who failed.
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
                "{}: the tool failed and does not say why",
                self.tool
            ),
            message => write!(formatter, "{}: {}", self.tool, Line::whole(message)),
        }
    }
}

/// The message is that of the cause, so that the sources begin behind it.
impl std::error::Error for ToolError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause()?.source()
    }
}
