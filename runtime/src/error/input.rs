//! The input that a tool requires during a call.

use std::fmt;

use crate::codec::Json;
use crate::context::CallContext;
use crate::redactor::RedactedJson;
use crate::single_line::Line;

/// A call whose tool requires input that the client does not provide. The call was not repeated.
#[derive(Debug)]
#[non_exhaustive]
pub struct InputRequiredError {
    /// The tool.
    pub tool: &'static str,
    /// The questions of the server.
    pub questions: Vec<InputQuestion>,
    /// The reason for which they were not answered.
    pub reason: String,
    /// The context of the call, if it had one.
    pub context: Option<Box<CallContext>>,
}

/// A question of a server.
#[non_exhaustive]
pub struct InputQuestion {
    /// The method: `elicitation/create`, `sampling/createMessage` or `roots/list`.
    pub method: String,
    /// The question to a person; empty for other methods.
    pub message: String,
    /// The parameters, unchanged.
    pub params: Json,
}

impl InputRequiredError {
    /// Returns the questions as text.
    pub(crate) fn asked(&self) -> String {
        let asked = self.questions.iter().map(|question| {
            if question.message.is_empty() {
                &question.method
            } else {
                &question.message
            }
        });
        asked.map(String::as_str).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for InputRequiredError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: the server requires input", self.tool)?;
        let asked = self.asked();
        if !asked.is_empty() {
            write!(formatter, " ({})", Line::short(&asked))?;
        }
        write!(formatter, "; {}", Line::short(&self.reason))
    }
}

impl std::error::Error for InputRequiredError {}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for InputQuestion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("InputQuestion")
            .field("method", &self.method)
            .field("message", &self.message)
            .field("params", &RedactedJson(&self.params))
            .finish()
    }
}
