//! The state of a window, as other modules see it.

use std::time::Duration;

use super::{Observed, Window};

impl Window {
    /// Estimates the time at which a call with `ahead` others before it may be sent.
    pub(in crate::rate_limit) fn opens(
        &self,
        now: Duration,
        ahead: u64,
        observed: &Observed,
    ) -> Duration {
        let left = if now < self.ends {
            self.left
        } else {
            self.allowance(observed)
        };
        let Some(over) = ahead.checked_sub(left) else {
            return now;
        };
        let length = self.length(observed);
        let next = if now < self.ends {
            self.ends
        } else {
            now + length
        };
        // A limit that was only observed may be higher.
        let windows = self.limit.map_or(0, |limit| over / limit.max(1));
        let windows = u32::try_from(windows).unwrap_or(u32::MAX);
        next.saturating_add(length.saturating_mul(windows))
    }

    pub(in crate::rate_limit) fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// Returns the reported length.
    pub(in crate::rate_limit) fn named_length(&self) -> Option<Duration> {
        self.length
    }

    /// Returns the number of calls left at `now`; for the next window, its limit.
    pub(in crate::rate_limit) fn left(&self, now: Duration) -> Option<u64> {
        if now < self.ends {
            Some(self.left).filter(|left| *left < u64::MAX)
        } else {
            self.limit
        }
    }

    /// Returns the number of calls of this window that were accepted.
    pub(in crate::rate_limit) fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Returns `true` if calls are left.
    pub(in crate::rate_limit) fn has_left(&self) -> bool {
        self.left > 0
    }

    pub(in crate::rate_limit) fn began(&self) -> Duration {
        self.began
    }

    pub(in crate::rate_limit) fn ends(&self) -> Duration {
        self.ends
    }

    /// Returns `true` if the server reports how many calls are left.
    pub(in crate::rate_limit) fn is_reported(&self) -> bool {
        self.remaining.is_some()
    }

    pub(in crate::rate_limit) fn first(&self) -> u64 {
        self.first
    }
}
