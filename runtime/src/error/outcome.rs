//! The outcome of a call as one word.

use std::fmt;

use super::Error;

/// The outcome of a call, in metrics and in audits. `Display` writes a word that does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallOutcome {
    /// Nothing was sent: `none`.
    None,
    /// The call succeeded: `succeeded`.
    Succeeded,
    /// The API refused the call: `api_error`.
    ApiError,
    /// The rate limit is exhausted: `rate_limited`.
    RateLimited,
    /// The call timed out: `timeout`.
    Timeout,
    /// The connection failed: `transport`.
    Transport,
    /// The call failed in another way: `failed`.
    Failed,
    /// The caller dropped the future of the call: `cancelled`.
    Cancelled,
}

impl CallOutcome {
    /// Returns the outcome of a call that ended with `error`, or without one.
    pub(crate) fn of(error: Option<&Error>) -> Self {
        match error {
            None => Self::Succeeded,
            Some(Error::Api(_)) => Self::ApiError,
            Some(Error::RateLimited(_)) => Self::RateLimited,
            Some(Error::Timeout { .. }) => Self::Timeout,
            Some(Error::Transport { .. }) => Self::Transport,
            Some(_) => Self::Failed,
        }
    }

    /// Returns the word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Succeeded => "succeeded",
            Self::ApiError => "api_error",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::Transport => "transport",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for CallOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
