//! The rate-limit information of a response.

use std::time::Duration;

use http::StatusCode;

use super::headers::RateLimitHeaders;
use super::refusal::is_refusal;

/// The rate-limit information of a response.
#[derive(Debug, Clone, Copy, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "they are independent facts of one response"
)]
pub(crate) struct LimitUpdate {
    /// Its rate-limit headers.
    pub(super) limit: RateLimitHeaders,
    /// `true` if the server refused the call because of a limit.
    pub(super) is_refused: bool,
    /// `true` if the refusal shows how many calls a window accepts, and how long it is.
    pub(super) teaches: bool,
    /// `true` if that limit is the one of another lane.
    pub(super) is_elsewhere: bool,
    /// `true` if calls of the account were found to have no limit but that of the token.
    pub(super) is_of_token: bool,
}

impl LimitUpdate {
    pub(crate) fn new(status: StatusCode, limit: RateLimitHeaders) -> Self {
        /// The longest wait for a window that is worth learning. A longer one may be that of a single
        /// endpoint, or a punishment.
        const MAX_TAUGHT: Duration = Duration::from_secs(65);
        let is_refused = is_refusal(status, limit.retry_after);
        // Also the end of a window with calls left: the refusal would count for all of it.
        let longest = limit.retry_after.max(limit.reset);
        let is_short = longest.is_none_or(|wait| wait <= MAX_TAUGHT);
        // In other responses, `retry-after` concerns this call only.
        let retry_after = limit.retry_after.filter(|_| is_refused);
        Self {
            limit: RateLimitHeaders {
                retry_after,
                ..limit
            },
            is_refused,
            teaches: status == StatusCode::TOO_MANY_REQUESTS && is_short,
            is_elsewhere: false,
            is_of_token: false,
        }
    }

    /// Returns the information for the lane whose limit the response does not concern.
    pub(super) fn elsewhere(&self, is_of_token: bool) -> Self {
        Self {
            is_refused: self.is_refused,
            is_elsewhere: self.is_refused,
            is_of_token,
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
