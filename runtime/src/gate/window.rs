//! The window of a rate limit, as the server tells of it. Pure: the time is a parameter.
//!
//! A server says how many calls are left and when the window ends, mostly in whole seconds and
//! rounded up. The earliest end that its answers name is the best guess: no later answer can make
//! it wrong, and the next window begins when it is over. One call goes first then, to look; when
//! it is answered, the others follow, as many as the answer allows.

use std::time::Duration;

use http::StatusCode;

use crate::limit::RateLimit;

/// How long the others wait for the call that looks whether a new window has begun.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a limit counts as spent where the server does not say.
const UNNAMED: Duration = Duration::from_secs(1);

/// What whole seconds hide of the true end of a window.
const ROUNDING: Duration = Duration::from_millis(1100);

/// What an answer says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Heard {
    /// What its headers say.
    pub(super) limit: RateLimit,
    /// Whether it is a 429.
    pub(super) is_refused: bool,
}

impl Heard {
    pub(crate) fn new(status: StatusCode, limit: RateLimit) -> Self {
        let is_refused = status == StatusCode::TOO_MANY_REQUESTS;
        // Any other answer asks with `retry-after` for patience with itself.
        let retry_after = limit.retry_after.filter(|_| is_refused);
        Self {
            limit: RateLimit {
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

/// A call among those of its lane, and how many are under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The number of the call that is asked about or answered.
    pub(super) number: u64,
    /// The number of the last call that went.
    pub(super) last: u64,
    /// The calls that are not answered yet, this one left out.
    pub(super) in_flight: u64,
}

/// A window that the server told of.
#[derive(Debug)]
pub(super) struct Window {
    limit: Option<u64>,
    length: Option<Duration>,
    left: u64,
    began: Duration,
    ends: Duration,
    /// The first call of this window; answers to those before it speak of another.
    first: u64,
    look: Look,
    /// The calls that were answered and not refused, to learn the limit from where none is named.
    good: u64,
    was_refused: bool,
    /// Whether it is a guess that this window has begun, since the one before is over.
    is_guess: bool,
    /// What this server's rounding hides; learned when a window began later than it said.
    slack: Duration,
}

/// Whether it is certain that the window has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Done,
    Needed,
    UnderWay { number: u64, until: Duration },
}

impl Window {
    /// The window that the first answer tells of; `began` is when the first call went. `None` if
    /// it tells of none.
    pub(super) fn tell(
        now: Duration,
        began: Duration,
        place: Place,
        heard: &Heard,
    ) -> Option<Self> {
        let limit = &heard.limit;
        if !heard.is_refused && limit.remaining.is_none() && limit.reset.is_none() {
            return None;
        }
        let mut window = Self {
            limit: limit.limit,
            length: limit.window,
            left: limit.limit.unwrap_or(u64::MAX),
            began,
            ends: began + limit.window.unwrap_or(UNNAMED),
            first: 0,
            look: Look::Done,
            good: place.last.saturating_sub(place.in_flight + 1),
            was_refused: false,
            is_guess: false,
            slack: Duration::ZERO,
        };
        if let Some(wait) = limit.wait() {
            window.ends = now + wait;
        }
        window.hear(now, place, heard);
        Some(window)
    }

    /// Whether the next call may go now, and takes a place for it; else when to ask again.
    pub(super) fn take(&mut self, now: Duration, number: u64) -> Result<(), Duration> {
        if now >= self.ends {
            self.begin(now, number);
        }
        if let Look::UnderWay { until, .. } = self.look {
            if now < until {
                return Err(until);
            }
            self.look = Look::Done;
        }
        if self.left == 0 {
            return Err(self.ends);
        }
        self.left -= 1;
        if self.look == Look::Needed {
            let until = now + PATIENCE;
            self.look = Look::UnderWay { number, until };
        }
        Ok(())
    }

    /// Takes back the place of a call that was not sent.
    pub(super) fn give_back(&mut self, number: u64) {
        if number >= self.first {
            self.left = self.left.saturating_add(1);
        }
        self.lose(number);
    }

    /// A call ended without an answer: if it was to look, another one has to.
    pub(super) fn lose(&mut self, number: u64) {
        if matches!(self.look, Look::UnderWay { number: looking, .. } if looking == number) {
            self.look = Look::Needed;
        }
    }

    /// Learns from an answer.
    pub(super) fn hear(&mut self, now: Duration, place: Place, heard: &Heard) {
        let wait = heard.limit.wait();
        let ends = wait.map(|wait| now + wait + self.slack);
        if heard.is_refused {
            self.hear_refusal(now, place, heard);
            return;
        }
        if place.number < self.first {
            return;
        }
        self.limit = heard.limit.limit.or(self.limit);
        self.length = heard.limit.window.or(self.length);
        if let Some(ends) = ends {
            if ends > self.ends + self.tolerance() {
                self.roll(now, place.number);
                self.ends = ends;
            } else if ends + self.tolerance() < self.ends {
                self.ends = ends;
            } else {
                self.ends = self.ends.min(ends);
            }
        }
        self.good += 1;
        if let Some(remaining) = heard.limit.remaining {
            // The server has counted this call, perhaps some of those that are under way, and
            // none that will be sent.
            let uncounted = place.last.saturating_sub(place.number) + place.in_flight;
            self.left = self.left.min(remaining);
            self.left = self.left.max(remaining.saturating_sub(uncounted));
        }
        if matches!(self.look, Look::UnderWay { number, .. } if number <= place.number) {
            self.look = Look::Done;
            self.is_guess = false;
        }
    }

    fn hear_refusal(&mut self, now: Duration, place: Place, heard: &Heard) {
        let named = heard.limit.wait();
        if place.number < self.first {
            // It speaks of a window that is over, unless it names an end far behind this one's.
            let ends = now + named.unwrap_or_default();
            if ends <= self.ends + ROUNDING {
                return;
            }
        } else if self.is_guess && self.good == 0 && !self.was_refused && named.is_some() {
            // The window had not begun when the server had said it would: it rounds down.
            self.slack = ROUNDING;
        }
        let wait = named.unwrap_or_else(|| self.length.unwrap_or(UNNAMED));
        self.limit = heard.limit.limit.or(self.limit);
        self.length = heard.limit.window.or(self.length);
        let ends = now + wait + self.slack;
        let is_same = self.was_refused && ends < self.ends + self.tolerance();
        self.ends = if is_same {
            self.ends.min(ends).max(now)
        } else {
            ends
        };
        self.left = 0;
        self.look = Look::Done;
        self.was_refused = true;
    }

    /// The window is over, so that the next one has probably begun.
    fn begin(&mut self, now: Duration, number: u64) {
        if self.was_refused && self.good > 0 && self.limit.is_none() {
            self.limit = Some(self.good);
        }
        let length = self
            .length
            .unwrap_or_else(|| self.ends.saturating_sub(self.began));
        let was_spent = self.left == 0;
        self.roll(now, number);
        self.ends = now + length.max(Duration::from_millis(1));
        self.left = self.allowance();
        self.is_guess = true;
        // Only where calls are waiting is it worth their while to send one ahead.
        self.look = if was_spent { Look::Needed } else { Look::Done };
    }

    fn roll(&mut self, now: Duration, number: u64) {
        self.began = now;
        self.first = number;
        self.good = 0;
        self.was_refused = false;
        self.is_guess = false;
        self.look = Look::Done;
        self.left = self.allowance();
    }

    /// How many calls a window has, as far as is known. A server that names none means that it
    /// refuses, but not for ever.
    fn allowance(&self) -> u64 {
        self.limit.map_or(u64::MAX, |limit| limit.max(1))
    }

    /// How far apart two ends may be and still be the same one.
    fn tolerance(&self) -> Duration {
        let length = self
            .length
            .unwrap_or_else(|| self.ends.saturating_sub(self.began));
        ROUNDING.min(length / 2)
    }

    /// When a call may go behind `ahead` others, as far as can be known.
    pub(super) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let (opens, left) = if now < self.ends {
            (now, self.left)
        } else {
            (now, self.allowance())
        };
        let Some(over) = ahead.checked_sub(left) else {
            return match self.look {
                Look::UnderWay { until, .. } => opens.max(until),
                _ => opens,
            };
        };
        let length = self
            .length
            .unwrap_or_else(|| self.ends.saturating_sub(self.began));
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

    pub(super) fn length(&self) -> Option<Duration> {
        self.length
    }

    /// What is left of it at `now`; of the next one nothing is known but its limit.
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
