//! Whether and when a call is tried again: a plain value and a pure decision.

use std::time::Duration;

use http::StatusCode;

use crate::error::{TransportErrorKind, is_transient};
use crate::limit::RateLimit;

/// When a call that failed is tried again.
///
/// On by default: up to four tries in two minutes. An answer of 429 waits for the reset that the
/// server names. Reads, and writes that carry an idempotency key, are tried again after a broken
/// connection and after 408, 425, 500, 502 and 504, with full jitter. Nothing else is. The header
/// `x-should-retry` decides over the status.
///
/// While more than one try is allowed, each write carries an `Idempotency-Key`: the one given for
/// the call, or one that is made for it. It stays the same over the tries of the call.
///
/// ```
/// use std::time::Duration;
/// use toolsmith_runtime::Retry;
///
/// let patient = Retry::default().max_attempts(6).max_wait(Duration::from_secs(120));
/// assert_ne!(patient, Retry::none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Retry {
    max_attempts: u32,
    max_wait: Duration,
    max_total: Duration,
    first_backoff: Duration,
    max_backoff: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            max_wait: Duration::from_secs(65),
            max_total: Duration::from_secs(120),
            first_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(8),
        }
    }
}

impl Retry {
    /// One try and no more.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// At most so many tries, the first included; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// No single wait longer than this: a server that asks for more gets no other try.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// No wait that would end later than this after the first try began.
    pub fn max_total(mut self, total: Duration) -> Self {
        self.max_total = total;
        self
    }

    /// Where the server names no wait: a random time up to `first`, up to twice that after the
    /// next try, and so on until `max`.
    pub fn backoff(mut self, first: Duration, max: Duration) -> Self {
        self.first_backoff = first;
        self.max_backoff = max;
        self
    }

    /// Whether a second try is possible at all.
    pub(crate) fn is_on(self) -> bool {
        self.max_attempts > 1
    }

    /// Decides what follows on `trouble`. `random` is evenly distributed.
    pub(crate) fn decide(self, attempt: &Attempt, trouble: &Trouble, random: u64) -> Decision {
        if attempt.number >= self.max_attempts || !trouble.allows_another(attempt.is_repeatable) {
            return Decision::Stop;
        }
        let named = trouble.named_wait().filter(|wait| !wait.is_zero());
        let wait = named.unwrap_or_else(|| self.jitter(attempt.number, random));
        let is_too_long = wait > self.max_wait
            || attempt.elapsed.saturating_add(wait) > self.max_total
            || wait >= attempt.left;
        if is_too_long {
            Decision::Stop
        } else {
            Decision::Wait(wait)
        }
    }

    /// Full jitter: evenly from nothing to the bound, so that callers that failed together do not
    /// come back together.
    fn jitter(self, attempt: u32, random: u64) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let bound = self
            .first_backoff
            .saturating_mul(doubled)
            .min(self.max_backoff);
        let bound = u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX);
        // The upper half of the product is `random` scaled down to the bound.
        let scaled = (u128::from(bound) * u128::from(random)) >> 64;
        Duration::from_nanos(u64::try_from(scaled).unwrap_or(bound))
    }
}

/// The try that has just failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    /// 1 for the first.
    pub(crate) number: u32,
    /// Time since the first try began.
    pub(crate) elapsed: Duration,
    /// Time that is left to the call.
    pub(crate) left: Duration,
    /// Whether doing it twice does no harm: it reads, or carries an idempotency key.
    pub(crate) is_repeatable: bool,
}

/// Why it failed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    /// There was no answer.
    Connection(TransportErrorKind),
    /// The answer was a refusal.
    Status {
        status: StatusCode,
        /// `x-should-retry`, if it came.
        should_retry: Option<bool>,
        limit: RateLimit,
    },
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The call fails.
    Stop,
    /// It is tried again after this time.
    Wait(Duration),
}

impl Trouble {
    fn allows_another(&self, is_repeatable: bool) -> bool {
        match *self {
            Self::Connection(kind) => kind.is_transient() && is_repeatable,
            Self::Status {
                should_retry: Some(advice),
                status,
                ..
            } => advice && (is_repeatable || status == StatusCode::TOO_MANY_REQUESTS),
            // What was counted against a limit was not carried out, so that a write is safe too.
            Self::Status { status, .. } if status == StatusCode::TOO_MANY_REQUESTS => true,
            Self::Status { status, .. } => is_transient(status) && is_repeatable,
        }
    }

    /// The next window matters only to a call that had no place in this one: the headers of the
    /// limit come with every answer.
    fn named_wait(&self) -> Option<Duration> {
        match self {
            Self::Connection(_) => None,
            Self::Status { status, limit, .. } if *status == StatusCode::TOO_MANY_REQUESTS => {
                limit.wait()
            }
            Self::Status { limit, .. } => limit.retry_after,
        }
    }
}
