//! The calls that are left in a window, as the server reports them, or as observed. Pure: the time is
//! a parameter.
//!
//! The server reports the number of calls left and a reset. After each response, the calls left are
//! the reported ones less those in flight, because the server may not have counted these. That is
//! right for fixed windows, sliding windows and buckets of tokens alike. The reset matters only when
//! no calls are left: when it has passed, one call goes first, and its response shows how many may
//! follow.

mod view;

use std::time::Duration;

use super::headers::RateLimitHeaders;

/// The error of an end in whole seconds.
pub(super) const ROUNDING_ERROR: Duration = Duration::from_millis(1100);

/// The pause if no calls are left and the reset is zero.
const MIN_WAIT: Duration = Duration::from_millis(100);

/// The length of a window of which nothing is known.
pub(super) const UNKNOWN_LENGTH: Duration = Duration::from_secs(1);

/// The number of late resets after which the reset counts as one that moves with every response.
const MAX_DRIFTS: u8 = 2;

/// A call in its lane, and the number of calls in flight.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallPosition {
    /// The number of the call.
    pub(super) number: u64,
    /// The number of the last call that was sent.
    pub(super) last: u64,
    /// The time at which the call was sent.
    pub(super) at: Duration,
}

/// The facts about the lane that the window needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observed {
    /// The number of calls that the server accepts in a window.
    pub(super) limit: Option<u64>,
    /// The length of a window.
    pub(super) length: Option<Duration>,
    /// The length of a window, if calls were refused after the end that the server reported.
    pub(super) corrected_length: Option<Duration>,
}

/// A window of the server.
#[derive(Debug)]
pub(super) struct Window {
    /// The reported limit.
    limit: Option<u64>,
    /// The reported length.
    length: Option<Duration>,
    left: u64,
    /// The number of calls left, as the server last reported it.
    remaining: Option<u64>,
    /// The time at which that response was received; zero if it concerns a previous window.
    reported_at: Duration,
    /// The time of its first accepted call.
    began: Duration,
    ends: Duration,
    /// The length of the last window.
    last_length: Option<Duration>,
    /// The number of the first call of this window. Responses to earlier calls concern another
    /// window.
    first: u64,
    /// The number of the latest call with a response.
    newest: u64,
    /// The calls of this window that are in flight.
    in_flight: u64,
    /// The calls of this window that were accepted.
    accepted: u64,
    /// `true` if the start of the window is assumed because the previous one has ended. Until a
    /// response reports its end, that is assumed as well.
    is_guess: bool,
    /// The number of resets that moved while the calls left did not.
    drifts: u8,
}

/// The start of a window that no response has confirmed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// The previous window was exhausted, so one call goes first.
    Probe,
    /// Calls were left.
    Open,
}

impl Window {
    /// Creates a window that began at `began` and ends at `ends`, with `in_flight` calls in flight.
    pub(super) fn new(began: Duration, ends: Duration, in_flight: u64, accepted: u64) -> Self {
        Self {
            limit: None,
            length: None,
            left: u64::MAX,
            remaining: None,
            reported_at: Duration::ZERO,
            began,
            ends,
            last_length: None,
            first: 0,
            newest: 0,
            in_flight,
            accepted,
            is_guess: false,
            drifts: 0,
        }
    }

    /// Begins the next window if this one is over.
    pub(super) fn advance(
        &mut self,
        now: Duration,
        next: u64,
        observed: &Observed,
    ) -> Option<Start> {
        if now < self.ends {
            return None;
        }
        let is_exhausted = self.left == 0;
        let length = self.length(observed);
        if !is_exhausted {
            self.began = now;
        }
        self.last_length = Some(length);
        self.ends = now.saturating_add(length);
        self.first = next;
        self.reported_at = Duration::ZERO;
        self.in_flight = 0;
        self.accepted = 0;
        self.is_guess = true;
        self.left = match (is_exhausted, self.remaining) {
            // Only a response shows how many calls such a server has regained.
            (true, Some(_)) if self.moves() => 1,
            // Calls are left, and the next response shows how many.
            (false, Some(_)) => self.left,
            _ => self.allowance(observed),
        };
        Some(if is_exhausted {
            Start::Probe
        } else {
            Start::Open
        })
    }

    /// Takes a place for the next call, or returns the time to ask again.
    pub(super) fn take(&mut self) -> Result<(), Duration> {
        if self.left == 0 {
            return Err(self.ends);
        }
        self.left -= 1;
        self.in_flight += 1;
        Ok(())
    }

    /// Takes a place for a call that a store has leased, which knows better how many are left.
    pub(super) fn take_leased(&mut self) {
        self.left = self.left.saturating_sub(1);
        self.in_flight += 1;
    }

    /// Returns the place of a call that was not sent.
    pub(super) fn give_back(&mut self, number: u64) {
        if number >= self.first {
            self.left = self.left.saturating_add(1);
            self.end(number);
        }
    }

    /// Returns `true` if a call that has not been sent yet has a place in this window.
    pub(super) fn has_place(&self, number: u64, now: Duration) -> bool {
        number >= self.first && now < self.ends
    }

    /// Records that a call is no longer in flight.
    pub(super) fn end(&mut self, number: u64) {
        if number >= self.first {
            self.in_flight = self.in_flight.saturating_sub(1);
        }
    }

    /// Updates the window with the response to an accepted call, which is no longer in flight.
    pub(super) fn accept(
        &mut self,
        now: Duration,
        place: CallPosition,
        limit: &RateLimitHeaders,
        observed: &Observed,
    ) {
        if place.number < self.first {
            return;
        }
        self.learn(limit);
        self.accepted += 1;
        if self.is_guess {
            self.began = place.at;
        }
        let is_newest = place.number >= self.newest;
        self.newest = self.newest.max(place.number);
        self.update_end(now, place, limit, observed, is_newest);
        if let Some(remaining) = limit.remaining {
            self.update_left(now, place, remaining, is_newest);
        }
        if let Some(calls) = observed.limit {
            let counted = self.accepted.saturating_add(self.in_flight);
            self.left = self.left.min(calls.saturating_sub(counted));
        }
        if self.left == 0 && self.ends < now + MIN_WAIT {
            self.ends = now + MIN_WAIT;
        }
        if let Some(corrected) = observed.corrected_length {
            self.ends = self.ends.max(self.began + corrected);
        }
    }

    /// Updates the calls left. The server may count calls in another order than that in which they
    /// were sent, and its responses may overtake each other. So the lowest report counts, unless a
    /// higher one is the response to a call that was sent after the lowest was received.
    fn update_left(&mut self, now: Duration, place: CallPosition, remaining: u64, is_newest: bool) {
        let is_later = place.at >= self.reported_at || (self.moves() && is_newest);
        let before = self
            .remaining
            .filter(|before| !is_later && *before <= remaining);
        if before.is_none() {
            self.remaining = Some(remaining);
            self.reported_at = now;
        }
        let lowest = before.unwrap_or(remaining);
        self.left = lowest.saturating_sub(self.in_flight);
    }

    fn update_end(
        &mut self,
        now: Duration,
        place: CallPosition,
        limit: &RateLimitHeaders,
        observed: &Observed,
        is_newest: bool,
    ) {
        let Some(reset) = limit.reset else {
            if self.is_guess {
                // It began before the server received this call.
                self.ends = now + self.length(observed);
                self.is_guess = false;
            }
            return;
        };
        let ends = now + reset;
        if self.is_guess {
            self.is_guess = false;
            self.ends = ends;
        } else if ends > self.ends + self.tolerance(observed) {
            if self.is_fresh(limit, place) {
                self.begin_at(now, place);
            } else if is_newest {
                self.drifts = self.drifts.saturating_add(1);
            }
            self.ends = ends;
        } else if !self.moves() {
            // Resets are mostly rounded up, so the earliest one is the best.
            self.ends = self.ends.min(ends);
        } else if is_newest {
            self.ends = ends;
        }
    }

    /// Returns `true` if more calls are left than this window can have, so that a new one has begun.
    fn is_fresh(&self, limit: &RateLimitHeaders, place: CallPosition) -> bool {
        let recent = self.in_flight + place.last.saturating_sub(place.number) + 1;
        match (limit.remaining, self.limit, self.remaining) {
            (Some(remaining), Some(limit), _) => remaining.saturating_add(recent) >= limit,
            (Some(remaining), None, Some(before)) => remaining > before.saturating_add(recent),
            // Nothing contradicts it.
            _ => true,
        }
    }

    /// Begins a window that the response to this call reports.
    fn begin_at(&mut self, now: Duration, place: CallPosition) {
        self.began = now;
        self.first = place.number;
        self.reported_at = Duration::ZERO;
        self.accepted = 1;
        self.in_flight = self.in_flight.min(place.last.saturating_sub(place.number));
        self.drifts = 0;
        if self.remaining.is_none() {
            self.left = self.limit.map_or(u64::MAX, |limit| {
                limit.max(1).saturating_sub(self.in_flight + 1)
            });
        }
    }

    /// Closes the window until `until`, because the server refused a call.
    pub(super) fn refuse(&mut self, limit: &RateLimitHeaders, until: Duration) {
        self.learn(limit);
        self.left = 0;
        self.ends = until;
    }

    /// Begins the window that follows a refusal, with the call that was accepted first.
    pub(super) fn reopen(&mut self, now: Duration, place: CallPosition, observed: &Observed) {
        self.last_length = Some(self.length(observed));
        self.began = place.at;
        self.first = place.number;
        self.reported_at = Duration::ZERO;
        self.newest = self.newest.max(place.number);
        self.in_flight = place.last.saturating_sub(place.number);
        self.accepted = 0;
        self.is_guess = true;
        self.ends = now + self.length(observed);
        self.left = if self.moves() {
            1
        } else {
            self.allowance(observed)
                .saturating_sub(self.in_flight.saturating_add(1))
        };
    }

    fn learn(&mut self, limit: &RateLimitHeaders) {
        self.limit = limit.limit.or(self.limit);
        self.length = limit.window.or(self.length);
    }

    /// Returns `true` if the reset moves with every response.
    fn moves(&self) -> bool {
        self.drifts >= MAX_DRIFTS
    }

    /// Returns the number of calls of a window, if it is known. A limit of 0 counts as 1, because the
    /// server does not refuse forever.
    fn allowance(&self, observed: &Observed) -> u64 {
        let limits = [self.limit, observed.limit];
        let least = limits.into_iter().flatten().min();
        least.map_or(u64::MAX, |limit| limit.max(1))
    }

    /// Returns the difference below which two ends are the same.
    fn tolerance(&self, observed: &Observed) -> Duration {
        ROUNDING_ERROR.min(self.length(observed) / 2)
    }

    /// Returns the reported length, or the observed one.
    fn length(&self, observed: &Observed) -> Duration {
        let between = || {
            let span = self.ends.saturating_sub(self.began);
            let known = if self.is_guess {
                self.last_length
            } else {
                Some(span)
            };
            known.filter(|length| !length.is_zero())
        };
        let length = self.length.or(observed.length).or_else(between);
        length
            .unwrap_or(UNKNOWN_LENGTH)
            .max(Duration::from_millis(1))
    }
}
