//! The times of a call: its timeouts, and what is left of them.

use std::time::Duration;

use super::Exchange;

impl Exchange<'_> {
    /// Returns the time that the call has left.
    pub(in crate::client) fn time_left(&self) -> Duration {
        self.left(self.shared.clock.elapsed())
    }

    /// Returns the time that the call has left at `now`.
    pub(super) fn left(&self, now: Duration) -> Duration {
        let elapsed = now.saturating_sub(self.began);
        self.timeout().saturating_sub(elapsed)
    }

    /// Returns the timeout of the call over all its attempts.
    pub(super) fn timeout(&self) -> Duration {
        self.options.timeout.unwrap_or(self.shared.timeout)
    }

    /// Returns the timeout of an attempt.
    pub(super) fn attempt_timeout(&self) -> Duration {
        let own = self.options.attempt_timeout;
        own.unwrap_or(self.shared.attempt_timeout)
    }

    pub(super) fn since_attempt(&self) -> Duration {
        self.shared
            .clock
            .elapsed()
            .saturating_sub(self.last_attempt)
    }
}
