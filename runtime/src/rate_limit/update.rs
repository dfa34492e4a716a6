//! The rate-limit information of a response.

use std::time::Duration;

use http::StatusCode;

use super::headers::RateLimitHeaders;

/// The rate-limit information of a response.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LimitUpdate {
    /// Its rate-limit headers.
    pub(super) limit: RateLimitHeaders,
    /// `true` if the server refused the call because of a limit.
    pub(super) is_refused: bool,
    /// `true` if that limit is the one of another lane.
    pub(super) is_elsewhere: bool,
}

impl LimitUpdate {
    pub(crate) fn new(status: StatusCode, limit: RateLimitHeaders) -> Self {
        let is_refused = is_refusal(status, limit.retry_after);
        // In other responses, `retry-after` concerns this call only.
        let retry_after = limit.retry_after.filter(|_| is_refused);
        Self {
            limit: RateLimitHeaders {
                retry_after,
                ..limit
            },
            is_refused,
            is_elsewhere: false,
        }
    }

    /// Creates the information that another lane refused the call.
    pub(super) fn refused_elsewhere() -> Self {
        Self {
            is_refused: true,
            is_elsewhere: true,
            ..Self::default()
        }
    }

    /// Returns the wait that the server named. Zero counts as not named.
    pub(super) fn named_wait(&self) -> Option<Duration> {
        self.limit.wait().filter(|wait| !wait.is_zero())
    }

    /// Returns `true` if the response names a limit, so that calls need not be counted.
    pub(super) fn names_limit(&self) -> bool {
        self.limit.remaining.is_some() || self.limit.reset.is_some()
    }

    #[cfg(test)]
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused
    }
}

/// Returns `true` if a response refuses the call because of a limit, so that the server did not
/// carry it out. A 429 does. So do 403, 503 and 529 that name a wait, which is how GitHub refuses
/// too many calls, and Anthropic and others calls that they have no capacity for.
pub(crate) fn is_refusal(status: StatusCode, retry_after: Option<Duration>) -> bool {
    let names_wait = retry_after.is_some_and(|wait| !wait.is_zero());
    match status.as_u16() {
        429 => true,
        403 | 503 | 529 => names_wait,
        _ => false,
    }
}
