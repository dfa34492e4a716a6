//! The failure to get a token.

use std::fmt;
use std::sync::Arc;

use super::display::display_attempts;
use crate::context::CallContext;
use crate::scrubber::Scrubber;
use crate::single_line::Line;

/// The failure of a [`TokenProvider`](crate::client::TokenProvider). All calls that waited for the
/// token get it, and the next call asks the provider again.
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenError {
    /// The tool.
    pub tool: &'static str,
    /// The message of the provider.
    pub message: String,
    /// The number of attempts; 0 if nothing was sent.
    pub attempt_count: u32,
    /// The context of the call, if it had one.
    pub context: Option<Box<CallContext>>,
    source: Arc<dyn std::error::Error + Send + Sync>,
}

impl TokenError {
    pub(crate) fn new(
        tool: &'static str,
        source: Arc<dyn std::error::Error + Send + Sync>,
        scrubber: &Scrubber,
    ) -> Self {
        Self {
            tool,
            message: scrubber.string(source.to_string()),
            attempt_count: 0,
            context: None,
            source,
        }
    }

    /// Sets the number of attempts.
    pub(crate) fn after(self, attempt_count: u32) -> Self {
        Self {
            attempt_count,
            ..self
        }
    }

    /// Returns the error of the provider.
    #[must_use]
    pub fn cause(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.source
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = Line::short(&self.message);
        write!(
            formatter,
            "{}: the token provider failed: {message}",
            self.tool
        )?;
        if self.attempt_count == 0 {
            formatter.write_str(" (nothing was sent)")?;
        }
        display_attempts(self.attempt_count, formatter)
    }
}

/// The message is that of the cause, so the source is that of the cause.
impl std::error::Error for TokenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause().source()
    }
}

impl fmt::Debug for TokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenError")
            .field("tool", &self.tool)
            .field("message", &self.message)
            .field("attempt_count", &self.attempt_count)
            .finish_non_exhaustive()
    }
}
