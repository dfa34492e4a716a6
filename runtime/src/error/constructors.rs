//! Errors of the crate without a response.

use std::time::Duration;

use super::{Error, TimeoutPhase};

impl Error {
    /// Creates the error of a call with a single attempt that timed out.
    pub(crate) fn timed_out(tool: &'static str, limit: Duration) -> Self {
        Self::Timeout {
            tool,
            limit,
            phase: TimeoutPhase::Response,
            attempt_count: 1,
            attempts: Vec::new(),
            context: None,
        }
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::Config {
            tool: None,
            message: message.into(),
            context: None,
        }
    }

    /// Creates the error of a call whose options are invalid.
    pub(crate) fn unfit(tool: &'static str, message: impl Into<String>) -> Self {
        Self::Config {
            tool: Some(tool),
            message: message.into(),
            context: None,
        }
    }
}
