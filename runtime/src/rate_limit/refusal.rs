//! The pause of a lane after the server refused a call. Pure: the time is a parameter.
//!
//! A refusal closes the lane until its own time is over; other responses do not open it. Then one call
//! goes first. If it is refused as well, the pause was too short, and each further one is longer.

use std::time::Duration;

use http::StatusCode;

/// The pause after a refusal that names no wait.
const UNNAMED_WAIT: Duration = Duration::from_secs(1);

/// The same if the window was reported to be over, because its end may have been rounded down.
const ROUNDING_WAIT: Duration = Duration::from_millis(500);

/// The same while other calls are in flight, because the server may limit only how many there are at
/// once.
pub(super) const SHORT_WAIT: Duration = Duration::from_millis(100);

/// The same once it is known that the server does.
const CONCURRENCY_WAIT: Duration = Duration::from_millis(20);

/// The maximum pause that the server did not name.
const MAX_GROWN_WAIT: Duration = Duration::from_secs(60);

/// A refusal, as the lane needs it.
#[derive(Debug, Clone, Copy)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "they are independent facts of one refusal"
)]
pub(super) struct Refused {
    /// The number of the call.
    pub(super) number: u64,
    /// The number of the last call that was sent.
    pub(super) last: u64,
    /// `true` if other calls were in flight when it was sent.
    pub(super) was_accompanied: bool,
    /// `true` if the call went first after the end of a window.
    pub(super) was_probe: bool,
    /// `true` if the server reports that no calls are left.
    pub(super) is_exhausted: bool,
    /// The wait that the server named, which is not zero.
    pub(super) named: Option<Duration>,
    /// `true` if the server named the end of the window, and not only a wait.
    pub(super) names_reset: bool,
    /// The end of the window as observed earlier, if it is in the future.
    pub(super) observed: Option<Duration>,
}

/// The meaning of a refusal for the lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusalKind {
    /// The call was sent before the lane was closed, or after it by a slow response to the call that
    /// went first.
    Late,
    /// The first refusal of an open lane.
    First,
    /// The lane had waited, and was refused again.
    Repeated,
}

/// The limit behind a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitKind {
    Calls,
    /// The number of calls in flight.
    Concurrency,
}

/// The pause after refusals.
#[derive(Debug, Default)]
pub(super) struct Pause {
    /// The end of the pause. It is set until a call is accepted.
    until: Option<Duration>,
    /// The number of the last call that was sent before the pause.
    last: u64,
    /// The number of the call that was refused first.
    first: u64,
    /// The number of refused calls.
    count: u64,
    /// The number of refused probes.
    row: u32,
    /// The pause from which longer ones grow.
    base: Duration,
    /// The wait that the last refusal named.
    named: Option<Duration>,
    /// `true` if the pause may be one of a limit on concurrency.
    may_be_concurrency: bool,
    /// `true` if the server limits the number of calls in flight.
    is_concurrency: bool,
}

impl Pause {
    /// Returns the end of the pause, if it is in the future.
    pub(super) fn ends(&self, now: Duration) -> Option<Duration> {
        self.until.filter(|until| *until > now)
    }

    /// Returns `true` if no call has been accepted since the refusal.
    pub(super) fn is_on(&self) -> bool {
        self.until.is_some()
    }

    /// Returns `true` if the server limits, or may limit, the number of calls in flight alone.
    pub(super) fn may_be_concurrency(&self) -> bool {
        self.is_concurrency || self.may_be_concurrency
    }

    /// Returns the number of calls that were refused.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns `true` if a call was accepted that was sent after a refused one, so that the window has
    /// calls left.
    pub(super) fn is_contradicted_by(&self, number: u64) -> bool {
        self.is_on() && (self.first + 1..=self.last).contains(&number)
    }

    /// Returns `true` if one call has to go first after the pause.
    pub(super) fn needs_probe(&self) -> bool {
        !self.is_concurrency
    }

    /// Returns the number of the last call that was sent before the last pause.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Returns the meaning of a refusal.
    pub(super) fn kind(&self, number: u64, was_probe: bool) -> RefusalKind {
        match self.until {
            None => RefusalKind::First,
            Some(_) if number <= self.last => RefusalKind::Late,
            Some(_) if was_probe || self.is_concurrency => RefusalKind::Repeated,
            // The response to the call that went first is still to come.
            Some(_) => RefusalKind::Late,
        }
    }

    /// Starts or lengthens the pause. It is never shortened.
    pub(super) fn record(&mut self, now: Duration, refused: &Refused) -> RefusalKind {
        let kind = self.kind(refused.number, refused.was_probe);
        self.count += 1;
        let until = match kind {
            RefusalKind::Late => now + refused.named.unwrap_or(SHORT_WAIT),
            RefusalKind::First => {
                self.row = 0;
                self.first = refused.number;
                self.count = 1;
                self.last = refused.last;
                self.named = refused.named;
                now + self.first(refused)
            }
            RefusalKind::Repeated => {
                self.row += 1;
                self.last = refused.last;
                self.may_be_concurrency = false;
                self.is_concurrency = false;
                now + self.longer(refused)
            }
        };
        let until = match refused.observed {
            // The window was measured, so nothing has to be guessed.
            Some(observed) if kind != RefusalKind::Late && self.row < 3 => {
                observed.max(now + refused.named.unwrap_or(SHORT_WAIT))
            }
            _ => until,
        };
        self.until = Some(self.until.map_or(until, |before| before.max(until)));
        kind
    }

    /// Starts a pause until `until`, of which nothing else is known. `last` is the number of the last call
    /// that was sent.
    pub(super) fn repeat(&mut self, until: Duration, last: u64) {
        self.until = Some(until);
        self.first = last;
        self.last = last;
        self.count = 1;
        self.row = 0;
    }

    fn first(&mut self, refused: &Refused) -> Duration {
        let is_unexplained =
            refused.named.is_none() && refused.was_accompanied && !refused.is_exhausted;
        if is_unexplained && self.is_concurrency {
            self.base = CONCURRENCY_WAIT;
            return self.base;
        }
        self.is_concurrency = false;
        self.may_be_concurrency = is_unexplained && refused.observed.is_none();
        let is_rounded = refused.was_probe || refused.is_exhausted;
        self.base = refused.named.unwrap_or(if is_rounded {
            ROUNDING_WAIT
        } else if refused.was_accompanied {
            SHORT_WAIT
        } else {
            UNNAMED_WAIT
        });
        self.base
    }

    fn longer(&mut self, refused: &Refused) -> Duration {
        let before = self.named;
        self.named = refused.named;
        if let Some(named) = refused.named
            && before.is_some_and(|before| named < before)
        {
            // A wait that becomes shorter is one that passes. Longer pauses grow from it.
            self.row = 0;
            self.base = named;
            return named.max(SHORT_WAIT);
        }
        // The end of a window is exact, so two of them in a row are plausible: another program was
        // faster.
        let trusted = u32::from(refused.names_reset);
        let grown = (trusted..self.row).try_fold(self.base, |wait, _| {
            // A server may refuse any number of calls.
            let grown = wait.saturating_add(wait / 2);
            (grown < MAX_GROWN_WAIT).then_some(grown)
        });
        let named = refused.named.unwrap_or_default();
        let grown = grown.unwrap_or(MAX_GROWN_WAIT).min(MAX_GROWN_WAIT);
        named.max(grown).max(SHORT_WAIT)
    }

    /// Ends the pause if this call was sent after it began, and was accepted. Returns the kind of
    /// limit behind the pause.
    pub(super) fn accept(&mut self, now: Duration, number: u64) -> Option<LimitKind> {
        let until = self.until.filter(|_| number > self.last)?;
        if until > now {
            // A later call was refused.
            self.row = 0;
            return None;
        }
        self.until = None;
        self.is_concurrency |= self.may_be_concurrency;
        self.may_be_concurrency = false;
        Some(if self.is_concurrency {
            LimitKind::Concurrency
        } else {
            LimitKind::Calls
        })
    }
}

/// Returns `true` if a response refuses the call because of a limit, so that the server did not
/// carry it out. A 429 does. So do 403, 503 and 529 that name a wait, which is how GitHub refuses
/// too many calls, and Anthropic and others calls that they have no capacity for.
pub(crate) fn is_refusal(status: StatusCode, retry_after: Option<Duration>) -> bool {
    let names_wait = retry_after.is_some_and(|wait| !wait.is_zero());
    match status.as_u16() {
        429 => true,
        403 | 503 | 529 => names_wait,
        _ => false,
    }
}
