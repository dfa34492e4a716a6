//! The limit and the length of the window, as observed where the server does not name them, or names
//! them wrongly. Pure: the time is a parameter.

use std::time::Duration;

/// The number of calls that the server accepts in a window, learned from refusals.
#[derive(Debug, Default)]
pub(super) struct ObservedLimit {
    calls: Option<u64>,
    /// The number by which the limit grows next, because it may be higher.
    step: u64,
    /// The number of exhausted windows without a refusal.
    clean: u32,
    /// The number of such windows before the limit grows.
    patience: u32,
}

impl ObservedLimit {
    pub(super) fn calls(&self) -> Option<u64> {
        self.calls
    }

    /// Learns from a window in which the server refused a call after it had accepted this many.
    pub(super) fn refused_after(&mut self, accepted: u64) {
        const MAX_PATIENCE: u32 = 8;
        let is_as_before = self
            .calls
            .is_some_and(|calls| calls.abs_diff(accepted) <= 1 + calls / 8);
        self.patience = if is_as_before {
            (self.patience * 2).clamp(1, MAX_PATIENCE)
        } else {
            1
        };
        self.calls = Some(accepted.max(1));
        self.step = 1;
        self.clean = 0;
    }

    /// Tries a higher limit now and then. `limit` is the one that the server names.
    pub(super) fn exhausted(&mut self, limit: Option<u64>) {
        let Some(calls) = self.calls else {
            return;
        };
        self.clean += 1;
        if self.clean >= self.patience {
            let calls = calls.saturating_add(self.step);
            self.step = self.step.saturating_mul(2);
            self.calls = Some(calls).filter(|calls| limit.is_none_or(|limit| *calls < limit));
        }
    }
}

/// The length of the window, between two observations. All times count from the first call that was
/// accepted in the window.
#[derive(Debug, Default)]
pub(super) struct ObservedLength {
    /// The longest time after which a call was still refused.
    at_least: Duration,
    /// The shortest time after which a call was accepted again.
    at_most: Option<Duration>,
    /// The shortest time that the server named.
    named: Option<Duration>,
}

impl ObservedLength {
    /// Records a refusal of a call that was sent when the window should have been over.
    pub(super) fn refused(&mut self, after: Duration) {
        self.at_least = self.at_least.max(after);
        self.at_most = self.at_most.filter(|most| *most > self.at_least);
    }

    /// Records the end of the window that a refusal named.
    pub(super) fn named(&mut self, after: Duration) {
        self.named = Some(self.named.map_or(after, |named| named.min(after)));
    }

    /// Records the first accepted call of the next window.
    pub(super) fn accepted(&mut self, after: Duration) {
        // A call that was accepted much too early was not the first one of a window.
        if self.at_least.is_zero() || after < self.at_least / 2 {
            return;
        }
        self.at_most = Some(self.at_most.map_or(after, |most| most.min(after)));
        // The window of a server that two programs share only seems longer, so the bound is tested
        // again now and then.
        self.at_least -= self.at_least / 100;
    }

    /// Returns the length; `None` if nothing was observed.
    pub(super) fn get(&self) -> Option<Duration> {
        if let Some(named) = self.named.filter(|named| *named > self.at_least) {
            return Some(named);
        }
        let most = self.at_most?;
        let between = most.saturating_sub(self.at_least);
        let is_close = between <= (most / 10).max(Duration::from_millis(20));
        Some(if is_close {
            most
        } else {
            most.saturating_sub(between / 2)
        })
    }

    /// Returns the length if calls were refused although the window that the server named was over.
    pub(super) fn corrected(&self) -> Option<Duration> {
        self.get().filter(|_| !self.at_least.is_zero())
    }
}
