//! The calls that a process has sent, for the client-side limit of all processes. Pure.

use std::time::Duration;

use super::HEARTBEAT;
use super::exchange::SentCalls;

/// The part of the period of a client-side limit by which a store counts a call longer than it must. A
/// call that is sent in this time after it was leased costs no other calls.
pub(in crate::rate_limit) const QUOTA_SLACK: u32 = 32;

/// The number of calls that were sent.
#[derive(Debug, Default)]
pub(super) struct SentCount {
    total: u64,
    /// The total in the request under way.
    reported: u64,
    /// The total that the store knows.
    known: u64,
    /// The calls that wait for another lane. They are not sent yet.
    held: u64,
    /// The calls that the client-side limit counts, by quarters of its period.
    recent: [u64; 4],
    /// The time that requests to the store take, with their replies.
    trip: Duration,
    /// The time in which the last request says that calls are sent.
    within: Option<Duration>,
}

impl SentCount {
    /// Returns the time after a request in which calls are sent, under a limit with this period.
    ///
    /// The store counts a call from the end of this time, so a longer one keeps calls from being used, and
    /// in a shorter one no reply would arrive. A held call is sent at any time before the next request.
    pub(super) fn within(&self, period: Duration) -> Duration {
        let trip = self.trip.saturating_add(self.trip / 2);
        if self.held > 0 {
            return HEARTBEAT.saturating_add(2 * trip).max(period / QUOTA_SLACK);
        }
        trip.max(period / QUOTA_SLACK)
    }

    /// Notes the time in which a request says that calls are sent.
    pub(super) fn declare(&mut self, within: Option<Duration>) {
        self.within = within;
    }

    pub(super) fn declared(&self) -> Option<Duration> {
        self.within
    }

    /// Returns `true` if a call waits for another lane.
    pub(super) fn has_held(&self) -> bool {
        self.held > 0
    }
    pub(super) fn take(&mut self) {
        self.total += 1;
    }

    pub(super) fn give_back(&mut self) {
        self.total = self.total.saturating_sub(1);
    }

    pub(super) fn hold(&mut self) {
        self.held += 1;
        self.give_back();
    }

    pub(super) fn release(&mut self) {
        self.held = self.held.saturating_sub(1);
        self.take();
    }

    pub(super) fn set_recent(&mut self, recent: [u64; 4]) {
        self.recent = recent;
    }

    /// Returns the report for a request of a process that holds permits.
    pub(super) fn ask(&mut self, permits: u64) -> SentCalls {
        self.reported = self.total;
        SentCalls {
            unsent: permits.saturating_add(self.held),
            recent: self.recent,
            ..self.last()
        }
    }

    /// Notes that the store has replied to the request under way, after this time.
    pub(super) fn hear(&mut self, trip: Duration) {
        self.known = self.reported;
        // A longer one counts at once, or the next reply would be late as well.
        self.trip = trip.max(self.trip.saturating_mul(7).saturating_add(trip) / 8);
    }

    /// Returns the report for the last request.
    pub(super) fn last(&self) -> SentCalls {
        let unknown = self.total.saturating_sub(self.known);
        SentCalls {
            total: self.total,
            known: self.known,
            unsent: 0,
            recent: [unknown, 0, 0, 0],
        }
    }
}
