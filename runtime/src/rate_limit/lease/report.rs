//! The lessons from responses that the store does not know yet. Pure: the time is a parameter.

use std::time::Duration;

use super::exchange::{LeaseRefusal, LeaseRequest, Remaining};
use crate::rate_limit::response_limits::LimitUpdate;

/// The lessons since the last request to the store.
#[derive(Debug, Clone, Default)]
pub(super) struct Report {
    has_response: bool,
    remaining: Option<Reported>,
    /// The end of the server's window.
    ends: Option<Duration>,
    limit: Option<u64>,
    window: Option<Duration>,
    refused: Option<Refused>,
}

/// A report of calls left.
#[derive(Debug, Clone, Copy)]
struct Reported {
    calls: u64,
    serial: u64,
    /// The number of the last call that was sent before the report was received.
    last: u64,
}

#[derive(Debug, Clone, Copy)]
struct Refused {
    /// The end of the wait that the server named.
    until: Option<Duration>,
}

impl Refused {
    /// Returns both refusals as one, with the later end.
    fn later(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(Self {
                until: one.until.max(other.until),
            }),
            (one, other) => one.or(other),
        }
    }
}

/// A call whose response is reported.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReportedCall {
    pub(super) number: u64,
    /// The serial number of its lease; 0 if it is not known.
    pub(super) serial: u64,
    /// The number of the last call that was sent.
    pub(super) last: u64,
}

impl Report {
    /// Adds the response to a call. Returns `true` if it reports the calls left.
    pub(super) fn add(&mut self, now: Duration, call: ReportedCall, update: &LimitUpdate) -> bool {
        if update.is_refused && !update.is_elsewhere {
            let until = update.named_wait().map(|wait| now + wait);
            self.refused = Refused::later(self.refused, Some(Refused { until }));
        } else {
            self.has_response = true;
        }
        self.limit = update.limit.limit.or(self.limit);
        self.window = update.limit.window.or(self.window);
        let ends = update.limit.reset.map(|reset| now + reset);
        // Resets are mostly rounded up, so the earliest one is the best.
        self.ends = match (self.ends, ends) {
            (Some(before), Some(ends)) => Some(before.min(ends)),
            (before, ends) => ends.or(before),
        };
        let Some(calls) = update.limit.remaining else {
            return false;
        };
        let is_kept = self
            .remaining
            .is_some_and(|before| calls >= before.calls && call.number <= before.last);
        if !is_kept {
            self.remaining = Some(Reported {
                calls,
                serial: call.serial,
                last: call.last,
            });
        }
        true
    }

    /// Returns `true` if the store should know something.
    pub(super) fn has_news(&self) -> bool {
        self.has_response || self.remaining.is_some() || self.refused.is_some()
    }

    /// Returns `true` if the server refused a call.
    pub(super) fn has_refusal(&self) -> bool {
        self.refused.is_some()
    }

    /// Adds what this report contains to a request.
    pub(super) fn write(&self, now: Duration, request: &mut LeaseRequest) {
        request.has_response = self.has_response;
        request.remaining = self
            .remaining
            .map(|reported| Remaining::new(reported.calls, reported.serial));
        request.reset = self.ends.map(|ends| ends.saturating_sub(now));
        request.limit = self.limit;
        request.window = self.window;
        request.refusal = self
            .refused
            .map(|refused| LeaseRefusal::new(refused.until.map(|until| until.saturating_sub(now))));
    }

    /// Puts back a report that did not reach the store, of which `self` is the continuation.
    pub(super) fn put_back(&mut self, earlier: &Self) {
        self.has_response |= earlier.has_response;
        self.remaining = match (earlier.remaining, self.remaining) {
            (Some(earlier), Some(later)) if earlier.calls < later.calls => Some(earlier),
            (earlier, later) => later.or(earlier),
        };
        self.ends = match (earlier.ends, self.ends) {
            (Some(earlier), Some(later)) => Some(earlier.min(later)),
            (earlier, later) => later.or(earlier),
        };
        self.limit = self.limit.or(earlier.limit);
        self.window = self.window.or(earlier.window);
        self.refused = Refused::later(earlier.refused, self.refused);
    }

    /// Forgets the report of calls left, because it concerns another epoch.
    pub(super) fn forget_window(&mut self) {
        self.remaining = None;
        self.ends = None;
    }
}
