//! The window of a rate limit, as reported by the server. Pure: the time is a parameter.
//!
//! A server reports the number of calls left and the end of the window, mostly in whole seconds and
//! rounded up. The earliest reported end is the best estimate, because no later response can
//! invalidate it. When it has passed, one call is sent first as a probe. After its response, the
//! others follow, as many as it allows.

use std::time::Duration;

use http::StatusCode;

use super::headers::RateLimitHeaders;

/// The time that other calls wait for the probe.
const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

/// The time for which a limit is exhausted if the server does not name one.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);

/// The error of an end in whole seconds.
const ROUNDING_ERROR: Duration = Duration::from_millis(1100);

/// The rate-limit information of a response.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LimitUpdate {
    /// Its rate-limit headers.
    pub(super) limit: RateLimitHeaders,
    /// `true` for a 429.
    pub(super) is_refused: bool,
}

impl LimitUpdate {
    pub(crate) fn new(status: StatusCode, limit: RateLimitHeaders) -> Self {
        let is_refused = status == StatusCode::TOO_MANY_REQUESTS;
        // In other responses, `retry-after` concerns this call only.
        let retry_after = limit.retry_after.filter(|_| is_refused);
        Self {
            limit: RateLimitHeaders {
                retry_after,
                ..limit
            },
            is_refused,
        }
    }

    #[cfg(test)]
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused
    }
}

/// A call in its lane, and the number of calls in flight.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallPosition {
    /// The number of the call.
    pub(super) number: u64,
    /// The number of the last call that was sent.
    pub(super) last: u64,
    /// The calls that were in flight when it was sent.
    pub(super) before: u64,
    /// The calls that are in flight now.
    pub(super) in_flight: u64,
}

impl CallPosition {
    /// Returns the number of calls that the server may not have counted before this response: those
    /// sent after the call, and those in flight when it was sent.
    fn uncounted(&self) -> u64 {
        self.last.saturating_sub(self.number) + self.before
    }
}

/// A window that the server reported.
#[derive(Debug)]
pub(super) struct Window {
    limit: Option<u64>,
    /// `true` if the limit was learned from the calls before a refusal.
    is_learned: bool,
    length: Option<Duration>,
    left: u64,
    /// The smallest reported number of calls left.
    least: Option<u64>,
    began: Duration,
    ends: Duration,
    /// The number of the first call of this window. Responses to earlier calls concern another
    /// window.
    first: u64,
    probe: Probe,
    /// The number of calls that were not refused, from which an unknown limit is learned.
    accepted_calls: u64,
    was_refused: bool,
    /// `true` if the start of the window is assumed because the previous one has ended. Until a
    /// response reports its end, that is assumed as well.
    is_guess: bool,
    /// The rounding error of this server, learned when a window began later than reported.
    slack: Duration,
}

/// The state of the probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Probe {
    Done,
    Needed,
    UnderWay { number: u64, until: Duration },
}

impl Window {
    /// Creates the window that the first response reports, if it reports one. The first call was
    /// sent at `began`, and `accepted_calls` calls were not refused.
    pub(super) fn from_update(
        now: Duration,
        (began, accepted_calls): (Duration, u64),
        place: CallPosition,
        update: &LimitUpdate,
    ) -> Option<Self> {
        let limit = &update.limit;
        if !update.is_refused && limit.remaining.is_none() && limit.reset.is_none() {
            return None;
        }
        let wait = limit.wait().or(limit.window).unwrap_or(DEFAULT_WAIT);
        let mut window = Self {
            limit: limit.limit,
            is_learned: false,
            length: limit.window,
            left: limit.limit.unwrap_or(u64::MAX),
            least: None,
            began,
            ends: now + wait,
            first: 0,
            probe: Probe::Done,
            accepted_calls,
            was_refused: false,
            is_guess: false,
            slack: Duration::ZERO,
        };
        window.update(now, place, update);
        // No call was counted so far, so all that may not be counted yet are subtracted.
        if let Some(remaining) = limit.remaining {
            window.left = window.left.min(remaining.saturating_sub(place.uncounted()));
        }
        Some(window)
    }

    /// Takes a place for the next call, or returns the time to ask again.
    pub(super) fn take(&mut self, now: Duration, number: u64) -> Result<(), Duration> {
        if now >= self.ends {
            self.begin(now, number);
        }
        if let Probe::UnderWay { until, .. } = self.probe {
            if now < until {
                return Err(until);
            }
            self.probe = Probe::Done;
        }
        if self.left == 0 {
            return Err(self.ends);
        }
        self.left -= 1;
        if self.probe == Probe::Needed {
            let until = now + PROBE_TIMEOUT;
            self.probe = Probe::UnderWay { number, until };
        }
        Ok(())
    }

    /// Returns the place of a call that was not sent.
    pub(super) fn give_back(&mut self, number: u64) {
        if number >= self.first {
            self.left = self.left.saturating_add(1);
        }
        self.lose(number);
    }

    /// Moves a call from a previous window to this one. Returns `true` if it was moved.
    pub(super) fn moves(&mut self, number: u64) -> bool {
        let is_over = number < self.first;
        if is_over {
            self.left = self.left.saturating_sub(1);
        }
        is_over
    }

    /// Ends a call without a response. If it was the probe, another call has to be.
    pub(super) fn lose(&mut self, number: u64) {
        if matches!(self.probe, Probe::UnderWay { number: probing, .. } if probing == number) {
            self.probe = Probe::Needed;
        }
    }

    /// Updates the window with a response.
    pub(super) fn update(&mut self, now: Duration, place: CallPosition, update: &LimitUpdate) {
        if update.is_refused {
            self.record_refusal(now, place, update);
            return;
        }
        if place.number < self.first {
            return;
        }
        self.learn(update);
        self.update_end(now, place.number, update.limit.reset);
        self.accepted_calls += 1;
        if let Some(remaining) = update.limit.remaining {
            self.update_remaining(place, remaining);
        }
        if matches!(self.probe, Probe::UnderWay { number, .. } if number <= place.number) {
            self.probe = Probe::Done;
        }
    }

    fn update_end(&mut self, now: Duration, number: u64, reset: Option<Duration>) {
        let Some(reset) = reset else {
            if self.is_guess {
                // It began before the server received this call.
                self.ends = now + self.length();
                self.is_guess = false;
            }
            return;
        };
        let ends = now + reset + self.slack;
        if self.is_guess {
            self.ends = ends;
            self.is_guess = false;
        } else if ends > self.ends + self.tolerance() {
            self.roll(now, number);
            self.ends = ends;
        } else {
            self.ends = self.ends.min(ends);
        }
    }

    fn update_remaining(&mut self, place: CallPosition, remaining: u64) {
        let least = self.least.map_or(remaining, |least| least.min(remaining));
        self.least = Some(least);
        self.left = self.left.min(remaining);
        // If nothing is in flight, all calls have been counted.
        let certain = match place.in_flight {
            0 => least,
            _ => remaining.saturating_sub(place.uncounted()),
        };
        self.left = self.left.max(certain);
    }

    fn record_refusal(&mut self, now: Duration, place: CallPosition, update: &LimitUpdate) {
        let named = update.limit.wait();
        if place.number < self.first {
            // It concerns a previous window, unless it names an end far after that of this one.
            let ends = now + named.unwrap_or_default();
            if ends <= self.ends + ROUNDING_ERROR {
                return;
            }
        }
        let is_early = self.is_guess && self.accepted_calls == 0;
        if is_early && named.is_some() && self.length() > 2 * ROUNDING_ERROR {
            // The window began later than reported, so the server rounds down.
            self.slack = ROUNDING_ERROR;
        }
        self.learn(update);
        let wait = named.unwrap_or_else(|| self.length());
        let ends = now + wait + self.slack;
        let is_same = !is_early && ends <= self.ends + self.tolerance();
        self.ends = if is_same { self.ends.min(ends) } else { ends };
        self.left = 0;
        self.probe = Probe::Done;
        self.was_refused = true;
        self.is_guess = false;
    }

    fn learn(&mut self, update: &LimitUpdate) {
        if update.limit.limit.is_some() {
            self.limit = update.limit.limit;
            self.is_learned = false;
        }
        self.length = update.limit.window.or(self.length);
    }

    /// Starts the next window, because this one has ended.
    fn begin(&mut self, now: Duration, number: u64) {
        let was_spent = self.left == 0;
        if self.limit.is_none() || self.is_learned {
            self.adjust(was_spent);
        }
        let length = self.length();
        self.roll(now, number);
        self.ends = now + length;
        self.is_guess = true;
        // A probe is useful only if calls are waiting.
        self.probe = if was_spent {
            Probe::Needed
        } else {
            Probe::Done
        };
    }

    /// Learns an unknown limit: the calls before a refusal, and now and then one more, because the
    /// limit may be higher.
    fn adjust(&mut self, was_spent: bool) {
        if self.was_refused && self.accepted_calls > 0 {
            self.limit = Some(self.accepted_calls);
            self.is_learned = true;
        } else if was_spent {
            self.limit = self.limit.map(|limit| limit.saturating_add(1));
        }
    }

    fn roll(&mut self, now: Duration, number: u64) {
        self.began = now;
        self.first = number;
        self.accepted_calls = 0;
        self.least = None;
        self.was_refused = false;
        self.is_guess = false;
        self.probe = Probe::Done;
        self.left = self.allowance();
    }

    /// Returns the number of calls of a window, if it is known. A reported limit of 0 counts as 1,
    /// because the server does not refuse forever.
    fn allowance(&self) -> u64 {
        self.limit.map_or(u64::MAX, |limit| limit.max(1))
    }

    /// Returns the difference below which two ends are the same.
    fn tolerance(&self) -> Duration {
        ROUNDING_ERROR.min(self.length() / 2)
    }

    /// Estimates the time at which a call with `ahead` others before it may be sent.
    pub(super) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let (opens, left) = if now < self.ends {
            (now, self.left)
        } else {
            (now, self.allowance())
        };
        let Some(over) = ahead.checked_sub(left) else {
            return match self.probe {
                Probe::UnderWay { until, .. } => opens.max(until),
                _ => opens,
            };
        };
        let length = self.length();
        let next = if now < self.ends {
            self.ends
        } else {
            now + length
        };
        let windows = over / self.allowance();
        let windows = u32::try_from(windows).unwrap_or(u32::MAX);
        next.saturating_add(length.saturating_mul(windows))
    }

    pub(super) fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// Returns the reported length.
    pub(super) fn named_length(&self) -> Option<Duration> {
        self.length
    }

    /// Returns the reported length, or the observed one.
    fn length(&self) -> Duration {
        let length = self
            .length
            .unwrap_or_else(|| self.ends.saturating_sub(self.began));
        length.max(Duration::from_millis(1))
    }

    /// Returns the number of calls left at `now`; for the next window, its limit.
    pub(super) fn left(&self, now: Duration) -> Option<u64> {
        if now < self.ends {
            Some(self.left).filter(|left| *left < u64::MAX)
        } else {
            self.limit
        }
    }

    pub(super) fn ends(&self) -> Duration {
        self.ends
    }
}
