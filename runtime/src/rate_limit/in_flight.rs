//! The number of calls in flight while the server names no limit: slow start, and the limit of a
//! server that refuses calls only because there are too many at once. Pure: the time is a parameter.

use std::time::Duration;

/// The number of calls in flight before the first response, unless configured.
pub(super) const SLOW_START: u64 = 10;

/// The time that other calls wait for a response. Then more follow: an API that takes seconds to
/// respond must not receive all waiting calls at once, and a call that is not polled must not block
/// the others.
const PATIENCE: Duration = Duration::from_secs(1);

/// The number of rounds of accepted calls before one more call in flight is tried.
const FIRST_ROUNDS: u64 = 4;
const MAX_ROUNDS: u64 = 64;

/// The part of the bound that a call may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    Whole,
    Half,
}

/// The bound on the number of calls in flight.
#[derive(Debug)]
pub(super) struct InFlight {
    /// `None` if the server names its limit.
    bound: Option<u64>,
    /// The calls that start at once.
    first: u64,
    /// The largest number of calls in flight that the server accepted.
    proven: u64,
    /// `true` if the server refused calls because there were too many at once.
    is_reduced: bool,
    /// The time of the last response, or of the first call.
    quiet_since: Option<Duration>,
    /// The accepted calls since the bound was changed.
    accepted: u64,
    rounds: u64,
    has_response: bool,
}

impl InFlight {
    pub(super) fn new(first: u64) -> Self {
        Self {
            bound: Some(first),
            first,
            proven: 0,
            is_reduced: false,
            quiet_since: None,
            accepted: 0,
            rounds: FIRST_ROUNDS,
            has_response: false,
        }
    }

    /// Changes the number of calls before the first response.
    pub(super) fn set_first(&mut self, first: u64) {
        if self.bound == Some(self.first) || !self.has_response {
            self.bound = self.bound.map(|_| first);
        }
        self.first = first;
    }

    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Returns `true` if the server refused calls because there were too many at once.
    pub(super) fn is_reduced(&self) -> bool {
        self.is_reduced
    }

    /// Returns `true` if the number of calls in flight is bounded.
    pub(super) fn is_bounded(&self) -> bool {
        self.bound.is_some()
    }

    /// Returns `true` if there is no response yet.
    pub(super) fn awaits_first_response(&self) -> bool {
        !self.has_response
    }

    /// Returns the time at which another call may be sent without a response, if it may not be now.
    pub(super) fn opens(&self, now: Duration, in_flight: u64, share: Share) -> Option<Duration> {
        let bound = match share {
            Share::Whole => self.bound?,
            Share::Half => self.bound?.div_ceil(2),
        };
        if in_flight < bound {
            return None;
        }
        let since = self.quiet_since?;
        let rounds = now.saturating_sub(since).as_millis() / PATIENCE.as_millis();
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        let step = if self.is_reduced { 1 } else { self.first };
        let more = step.saturating_mul(rounds.into());
        (in_flight >= bound.saturating_add(more))
            .then(|| since.saturating_add(PATIENCE.saturating_mul(rounds.saturating_add(1))))
    }

    /// Records a call that is sent.
    pub(super) fn send(&mut self, now: Duration) {
        self.quiet_since.get_or_insert(now);
    }

    /// Records an accepted call that was sent while `before` others were in flight.
    pub(super) fn accept(&mut self, now: Duration, before: u64, names_limit: bool) {
        self.quiet_since = Some(now);
        self.has_response = true;
        if names_limit && !self.is_reduced {
            self.bound = None;
        }
        let Some(bound) = self.bound else {
            return;
        };
        let level = before.saturating_add(1);
        self.proven = self.proven.max(level);
        if level < bound / 2 {
            // The bound was not reached, so nothing is known about a higher one.
            return;
        }
        self.accepted += 1;
        if !self.is_reduced {
            self.bound = Some(bound.saturating_add(1));
        } else if self.accepted >= bound.saturating_mul(self.rounds) {
            self.accepted = 0;
            self.bound = Some(bound.saturating_add(1));
        }
    }

    /// Lowers the bound after a refusal that names no wait.
    pub(super) fn reduce(&mut self, now: Duration, before: u64) {
        self.quiet_since = Some(now);
        self.has_response = true;
        // The others in flight were not refused, so as many are accepted; or fewer next time.
        let bound = self
            .bound
            .map_or(before, |bound| before.min(bound.saturating_sub(1)));
        let bound = bound.max(1);
        self.bound = Some(bound);
        self.proven = self.proven.min(bound);
        self.accepted = 0;
        if self.is_reduced {
            self.rounds = self.rounds.saturating_mul(2).min(MAX_ROUNDS);
        }
        self.is_reduced = true;
    }

    /// Records a refusal that does not concern the number of calls in flight.
    pub(super) fn refuse(&mut self, now: Duration) {
        self.quiet_since = Some(now);
        self.has_response = true;
    }

    /// Lifts a bound that was lowered, because the server limits calls and not their concurrency.
    pub(super) fn lift(&mut self, names_limit: bool) {
        self.is_reduced = false;
        self.rounds = FIRST_ROUNDS;
        self.bound = (!names_limit).then(|| self.proven.saturating_mul(2).max(self.first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_opens_one_second_after_the_other() {
        let second = Duration::from_secs;
        let mut bound = InFlight::new(10);
        bound.send(Duration::ZERO);
        bound.reduce(Duration::ZERO, 4);
        // The share of the bound, the calls in flight, and the seconds until the next one.
        let rows = [
            (Share::Whole, 3, None),
            (Share::Whole, 4, Some(1)),
            (Share::Whole, 40, Some(37)),
            (Share::Half, 1, None),
            (Share::Half, 2, Some(1)),
            (Share::Half, 40, Some(39)),
        ];
        for (share, in_flight, opens) in rows {
            let mut now = Duration::ZERO;
            while let Some(at) = bound.opens(now, in_flight, share) {
                now = at;
            }
            assert_eq!(now, second(opens.unwrap_or(0)), "{share:?} {in_flight}");
        }
    }
}
