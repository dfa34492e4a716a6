//! Whether and when a call is tried again: a plain value and a pure decision.

use std::time::Duration;

use http::StatusCode;

use crate::error::{TransportErrorKind, is_transient};
use crate::rate_limit::RateLimitHeaders;

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
/// use toolsmith_runtime::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(6).max_wait(Duration::from_secs(120));
/// assert_ne!(patient, RetryPolicy::never());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    max_wait: Duration,
    max_total: Duration,
    first_backoff: Duration,
    max_backoff: Duration,
}

impl Default for RetryPolicy {
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

impl RetryPolicy {
    /// One try and no more.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// At most so many tries, the first included; 4 by default, and 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// No single wait longer than this, 65 seconds by default: a server that asks for more gets no
    /// other try.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// No wait that would end later than this after the first try began; 120 seconds by default.
    pub fn max_total(mut self, total: Duration) -> Self {
        self.max_total = total;
        self
    }

    /// Where the server names no wait: a random time up to `first`, up to twice that after the
    /// next try, and so on until `max`; half a second and 8 seconds by default.
    pub fn backoff(mut self, first: Duration, max: Duration) -> Self {
        self.first_backoff = first;
        self.max_backoff = max;
        self
    }

    /// Whether a second try is possible at all.
    pub(crate) fn is_on(self) -> bool {
        self.max_attempts > 1
    }

    /// Less than this may be waited for another try, so long after the first one began.
    pub(crate) fn patience(self, elapsed: Duration) -> Duration {
        let patience = self.max_wait.min(self.max_total.saturating_sub(elapsed));
        // A wait that is just as long as it may be is not too long.
        patience.saturating_add(Duration::from_nanos(1))
    }

    /// Decides what follows on `trouble`. `random` is evenly distributed.
    pub(crate) fn decide(
        self,
        attempt: &FailedAttempt,
        trouble: &Trouble,
        random: u64,
    ) -> Decision {
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
pub(crate) struct FailedAttempt {
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
        limit: RateLimitHeaders,
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

    /// Whether the server named a time until which the limit is spent.
    pub(crate) fn is_spent_limit(&self) -> bool {
        let is_refused =
            matches!(self, Self::Status { status, .. } if *status == StatusCode::TOO_MANY_REQUESTS);
        is_refused && self.named_wait().is_some_and(|wait| !wait.is_zero())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HALF: u64 = u64::MAX / 2 + 1;

    fn attempt(number: u32) -> FailedAttempt {
        FailedAttempt {
            number,
            elapsed: Duration::ZERO,
            left: Duration::from_secs(1000),
            is_repeatable: true,
        }
    }

    fn answered(status: u16, limit: RateLimitHeaders) -> Trouble {
        Trouble::Status {
            status: StatusCode::from_u16(status).unwrap(),
            should_retry: None,
            limit,
        }
    }

    fn waiting(seconds: u64) -> RateLimitHeaders {
        RateLimitHeaders {
            retry_after: Some(Duration::from_secs(seconds)),
            ..RateLimitHeaders::default()
        }
    }

    #[test]
    fn backoff_doubles_up_to_its_bound() {
        let retry = RetryPolicy::default().max_attempts(100);
        let trouble = Trouble::Connection(TransportErrorKind::Broken);
        let waits =
            [1, 2, 3, 4, 5, 6, 99].map(|number| retry.decide(&attempt(number), &trouble, HALF));
        let expected = [250, 500, 1000, 2000, 4000, 4000, 4000];
        assert_eq!(
            waits,
            expected.map(|wait| Decision::Wait(Duration::from_millis(wait)))
        );
    }

    #[test]
    fn a_write_without_a_key_is_repeated_only_if_it_was_not_carried_out() {
        let write = FailedAttempt {
            is_repeatable: false,
            ..attempt(1)
        };
        for (trouble, is_repeated) in [
            (Trouble::Connection(TransportErrorKind::Broken), false),
            (answered(500, RateLimitHeaders::default()), false),
            (answered(429, waiting(1)), true),
            (
                Trouble::Status {
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                    should_retry: Some(true),
                    limit: RateLimitHeaders::default(),
                },
                false,
            ),
        ] {
            let decision = RetryPolicy::default().decide(&write, &trouble, HALF);
            assert_eq!(decision != Decision::Stop, is_repeated, "{trouble:?}");
        }
    }

    #[test]
    fn a_wait_is_bounded_alone_and_in_total() {
        let spent = answered(429, waiting(10));
        let retry = RetryPolicy::default();
        let wait = Decision::Wait(Duration::from_secs(10));
        assert_eq!(retry.decide(&attempt(1), &spent, 0), wait);
        let impatient = retry.max_wait(Duration::from_secs(9));
        assert_eq!(impatient.decide(&attempt(1), &spent, 0), Decision::Stop);
        let short = retry.max_total(Duration::from_secs(9));
        assert_eq!(short.decide(&attempt(1), &spent, 0), Decision::Stop);
        let late = FailedAttempt {
            left: Duration::from_secs(10),
            ..attempt(1)
        };
        assert_eq!(retry.decide(&late, &spent, 0), Decision::Stop);
    }

    #[test]
    fn the_next_window_matters_only_to_a_call_without_a_place_in_this_one() {
        let limit = RateLimitHeaders {
            reset: Some(Duration::from_secs(60)),
            ..RateLimitHeaders::default()
        };
        let backoff = Decision::Wait(Duration::from_millis(250));
        assert_eq!(
            RetryPolicy::default().decide(&attempt(1), &answered(500, limit), HALF),
            backoff
        );
        let wait = Decision::Wait(Duration::from_secs(60));
        assert_eq!(
            RetryPolicy::default().decide(&attempt(1), &answered(429, limit), HALF),
            wait
        );
    }

    proptest! {
        #[test]
        fn jitter_stays_within_its_bound(number in any::<u32>(), random in any::<u64>()) {
            let retry = RetryPolicy::default().max_attempts(u32::MAX);
            let trouble = Trouble::Connection(TransportErrorKind::Broken);
            match retry.decide(&attempt(number), &trouble, random) {
                Decision::Wait(wait) => prop_assert!(wait <= Duration::from_secs(8)),
                Decision::Stop => prop_assert_eq!(number, u32::MAX),
            }
        }
    }
}
