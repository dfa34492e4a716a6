//! The window of a rate limit, as the server tells of it. Pure: the time is a parameter.
//!
//! A server says how many calls are left and when the window ends, mostly in whole seconds and
//! rounded up. The earliest end that its answers name is the best guess: no later answer can make
//! it wrong, and the next window begins when it is over. One call goes first then, to look; when
//! it is answered, the others follow, as many as the answer allows.

use std::time::Duration;

use http::StatusCode;

use super::headers::RateLimitHeaders;

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
    pub(super) limit: RateLimitHeaders,
    /// Whether it is a 429.
    pub(super) is_refused: bool,
}

impl Heard {
    pub(crate) fn new(status: StatusCode, limit: RateLimitHeaders) -> Self {
        let is_refused = status == StatusCode::TOO_MANY_REQUESTS;
        // Any other answer asks with `retry-after` for patience with itself.
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

/// A call among those of its lane, and how many are under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The number of the call that is asked about or answered.
    pub(super) number: u64,
    /// The number of the last call that went.
    pub(super) last: u64,
    /// The calls that were under way when it went.
    pub(super) before: u64,
    /// The calls that are not answered yet.
    pub(super) in_flight: u64,
}

impl Place {
    /// The calls that the server may not have counted when it answered this one: those that went
    /// after it, and those that were under way when it went. Calls overtake each other.
    fn uncounted(&self) -> u64 {
        self.last.saturating_sub(self.number) + self.before
    }
}

/// A window that the server told of.
#[derive(Debug)]
pub(super) struct Window {
    limit: Option<u64>,
    /// Whether the limit is what went well before a refusal, since none was named.
    is_learned: bool,
    length: Option<Duration>,
    left: u64,
    /// The smallest number of calls left that an answer named.
    least: Option<u64>,
    began: Duration,
    ends: Duration,
    /// The first call of this window; answers to those before it speak of another.
    first: u64,
    look: Look,
    /// The calls that were answered and not refused, to learn the limit from where none is named.
    good: u64,
    was_refused: bool,
    /// Whether it is a guess that this window has begun, since the one before is over; until an
    /// answer says when it ends, that is a guess as well.
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
    /// The window that the first answer tells of, or `None` if it tells of none. The first call
    /// went at `began`, and `good` of them were answered and not refused.
    pub(super) fn tell(
        now: Duration,
        (began, good): (Duration, u64),
        place: Place,
        heard: &Heard,
    ) -> Option<Self> {
        let limit = &heard.limit;
        if !heard.is_refused && limit.remaining.is_none() && limit.reset.is_none() {
            return None;
        }
        let wait = limit.wait().or(limit.window).unwrap_or(UNNAMED);
        let mut window = Self {
            limit: limit.limit,
            is_learned: false,
            length: limit.window,
            left: limit.limit.unwrap_or(u64::MAX),
            least: None,
            began,
            ends: now + wait,
            first: 0,
            look: Look::Done,
            good,
            was_refused: false,
            is_guess: false,
            slack: Duration::ZERO,
        };
        window.hear(now, place, heard);
        // Until now nobody counted, so that all that may still be counted is taken off.
        if let Some(remaining) = limit.remaining {
            window.left = window.left.min(remaining.saturating_sub(place.uncounted()));
        }
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

    /// Whether a call has its place in a window that is over, and takes one of this.
    pub(super) fn moves(&mut self, number: u64) -> bool {
        let is_over = number < self.first;
        if is_over {
            self.left = self.left.saturating_sub(1);
        }
        is_over
    }

    /// A call ended without an answer: if it was to look, another one has to.
    pub(super) fn lose(&mut self, number: u64) {
        if matches!(self.look, Look::UnderWay { number: looking, .. } if looking == number) {
            self.look = Look::Needed;
        }
    }

    /// Learns from an answer.
    pub(super) fn hear(&mut self, now: Duration, place: Place, heard: &Heard) {
        if heard.is_refused {
            self.hear_refusal(now, place, heard);
            return;
        }
        if place.number < self.first {
            return;
        }
        self.learn(heard);
        self.hear_end(now, place.number, heard.limit.reset);
        self.good += 1;
        if let Some(remaining) = heard.limit.remaining {
            self.hear_remaining(place, remaining);
        }
        if matches!(self.look, Look::UnderWay { number, .. } if number <= place.number) {
            self.look = Look::Done;
        }
    }

    fn hear_end(&mut self, now: Duration, number: u64, reset: Option<Duration>) {
        let Some(reset) = reset else {
            if self.is_guess {
                // It began when the server had this call, at the latest.
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

    fn hear_remaining(&mut self, place: Place, remaining: u64) {
        let least = self.least.map_or(remaining, |least| least.min(remaining));
        self.least = Some(least);
        self.left = self.left.min(remaining);
        // Where nothing is under way, everything has been counted.
        let certain = match place.in_flight {
            0 => least,
            _ => remaining.saturating_sub(place.uncounted()),
        };
        self.left = self.left.max(certain);
    }

    fn hear_refusal(&mut self, now: Duration, place: Place, heard: &Heard) {
        let named = heard.limit.wait();
        if place.number < self.first {
            // It speaks of a window that is over, unless it names an end far behind this one's.
            let ends = now + named.unwrap_or_default();
            if ends <= self.ends + ROUNDING {
                return;
            }
        }
        let is_early = self.is_guess && self.good == 0;
        if is_early && named.is_some() && self.length() > 2 * ROUNDING {
            // The window had not begun when the server had said it would: it rounds down.
            self.slack = ROUNDING;
        }
        self.learn(heard);
        let wait = named.unwrap_or_else(|| self.length());
        let ends = now + wait + self.slack;
        let is_same = !is_early && ends <= self.ends + self.tolerance();
        self.ends = if is_same { self.ends.min(ends) } else { ends };
        self.left = 0;
        self.look = Look::Done;
        self.was_refused = true;
        self.is_guess = false;
    }

    fn learn(&mut self, heard: &Heard) {
        if heard.limit.limit.is_some() {
            self.limit = heard.limit.limit;
            self.is_learned = false;
        }
        self.length = heard.limit.window.or(self.length);
    }

    /// The window is over, so that the next one has probably begun.
    fn begin(&mut self, now: Duration, number: u64) {
        let was_spent = self.left == 0;
        if self.limit.is_none() || self.is_learned {
            self.adjust(was_spent);
        }
        let length = self.length();
        self.roll(now, number);
        self.ends = now + length;
        self.is_guess = true;
        // Only where calls are waiting is it worth their while to send one ahead.
        self.look = if was_spent { Look::Needed } else { Look::Done };
    }

    /// Learns a limit that nobody names: what went well before a refusal, and now and then one
    /// more, since it may have been less than there is.
    fn adjust(&mut self, was_spent: bool) {
        if self.was_refused && self.good > 0 {
            self.limit = Some(self.good);
            self.is_learned = true;
        } else if was_spent {
            self.limit = self.limit.map(|limit| limit.saturating_add(1));
        }
    }

    fn roll(&mut self, now: Duration, number: u64) {
        self.began = now;
        self.first = number;
        self.good = 0;
        self.least = None;
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
        ROUNDING.min(self.length() / 2)
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

    /// Its length, if that is named.
    pub(super) fn named_length(&self) -> Option<Duration> {
        self.length
    }

    /// Its length as it is named, else as long as it has taken or will take.
    fn length(&self) -> Duration {
        let length = self
            .length
            .unwrap_or_else(|| self.ends.saturating_sub(self.began));
        length.max(Duration::from_millis(1))
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
