//! The last request of a lane, which its driver sends after the lane is dropped. Pure: the time is a
//! parameter.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::LeasedCalls;
use super::exchange::LeaseRequest;
use super::report::Report;

/// The final counts and lessons of a lane, for its driver. They are set when the lane is dropped.
#[derive(Debug, Clone, Default)]
pub(in crate::rate_limit) struct Farewell(Arc<Mutex<Option<Final>>>);

#[derive(Debug)]
struct Final {
    request: LeaseRequest,
    report: Report,
}

impl Farewell {
    /// Returns the last request; `None` if the store does not know the process.
    pub(in crate::rate_limit) fn take(&self, now: Duration) -> Option<LeaseRequest> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Final {
            mut request,
            report,
        } = slot.take()?;
        report.write(now, &mut request);
        Some(request)
    }

    fn set(&self, last: Final) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    }
}

impl LeasedCalls {
    /// Prepares the last request. Calls in flight end without a response.
    pub(super) fn say_farewell(&mut self) {
        if self.turn == 0 {
            return;
        }
        let report = self.take_report();
        let last = self.asked_at.max(self.sent_at).max(self.ended_at);
        let request = LeaseRequest {
            turn: self.turn.saturating_add(1),
            spent: self.spent.saturating_add(self.in_flight),
            leaves: true,
            ..self.counts(last)
        };
        self.farewell.set(Final { request, report });
    }
}
