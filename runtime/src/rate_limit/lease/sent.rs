//! The calls that a process has sent, for the client-side limit of all processes. Pure.

use super::exchange::SentCalls;

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
}

impl SentCount {
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

    /// Notes that the store has replied to the request under way.
    pub(super) fn hear(&mut self) {
        self.known = self.reported;
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
