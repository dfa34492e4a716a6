//! The retry policy: a plain value and a pure decision.

pub(super) mod refusals;

use std::time::Duration;

use http::StatusCode;

use crate::error::{TransportErrorKind, is_transient};
use crate::rate_limit::{RateLimitHeaders, is_refusal};

/// The policy for retries of a failed call.
///
/// By default, a call makes up to four attempts within two minutes. After a 429, it waits for the reset that the
/// server names. Reads, and writes with an idempotency key, are also retried after a broken connection, after 408,
/// 425, 500, 502 and 504 (with full jitter), and after a 403, 503 or 529 with `retry-after`. With a token provider,
/// a 401 is retried once with a new token. The header `x-should-retry` overrides the status, but never causes a
/// write without a key to be repeated, except after a 429.
///
/// A 429 that other calls caused counts neither as an attempt nor towards the total: if the call was in flight when
/// another call was refused, if the wait that the server named was too short, or if the response says that other
/// programs have used up the window. It counts if the server has accepted other calls of the account since this call
/// was last refused and the response does not say so, or if it is the only call.
///
/// The policy does not bound the wait for the rate limiter, before the first attempt or a later one. Only the timeout
/// of the call and [`ClientBuilder::rate_limit_timeout`](crate::ClientBuilder::rate_limit_timeout) bound it.
///
/// If the policy allows more than one attempt, every write has an `Idempotency-Key`: the one set for
/// the call, or a random one. All attempts of the call send the same key.
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
    /// Creates a policy with a single attempt.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the maximum number of attempts, including the first. The default is 4; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the maximum length of a wait that the response to the call asks for. The default is 65
    /// seconds. If the server asks for a longer wait, the call is not retried.
    ///
    /// The rate limiter may wait longer, because other calls are ahead or were refused.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// Sets the maximum time of all attempts that count and of the waits that their responses ask for, or
    /// their backoff. The default is 120 seconds.
    ///
    /// The rest of a wait for the rate limiter, behind other calls, does not count.
    pub fn max_total(mut self, total: Duration) -> Self {
        self.max_total = total;
        self
    }

    /// Sets the backoff after a response that names no wait: a random time up to `first`, doubled after
    /// each attempt, up to `max`. The defaults are 0.5 and 8 seconds.
    pub fn backoff(mut self, first: Duration, max: Duration) -> Self {
        self.first_backoff = first;
        self.max_backoff = max;
        self
    }

    /// Returns `true` if a retry is possible.
    pub(crate) fn is_on(self) -> bool {
        self.max_attempts > 1
    }

    /// Decides what follows on `failure`. `random` is evenly distributed.
    pub(crate) fn decide(
        self,
        attempt: &FailedAttempt,
        failure: &Failure,
        random: u64,
    ) -> RetryDecision {
        let is_last = !self.is_on() || attempt.number >= self.max_attempts;
        if is_last || !failure.allows_another(attempt.is_repeatable) {
            return RetryDecision::Stop;
        }
        let named = failure.named_wait().filter(|wait| !wait.is_zero());
        let wait = named.unwrap_or_else(|| {
            if failure.is_refusal() {
                // The rate limiter knows how long to wait.
                Duration::ZERO
            } else {
                self.jitter(attempt.number, random)
            }
        });
        let total = attempt.spent.map(|spent| spent.saturating_add(wait));
        let is_too_long = wait > self.max_wait
            || total.is_some_and(|total| total > self.max_total)
            || wait >= attempt.left;
        if is_too_long {
            RetryDecision::Stop
        } else {
            RetryDecision::Wait(wait)
        }
    }

    /// Full jitter: a random wait between zero and the bound, so that calls that failed together are
    /// not retried together.
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

/// The attempt that failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FailedAttempt {
    /// 1 for the first. Attempts that do not count are left out.
    pub(crate) number: u32,
    /// The time of the attempts that count, and of the waits that followed them. `None` if this attempt
    /// does not count.
    pub(crate) spent: Option<Duration>,
    /// The time that the call has left.
    pub(crate) left: Duration,
    /// `true` if it is safe to repeat: it reads, or has an idempotency key.
    pub(crate) is_repeatable: bool,
}

/// The failure of an attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Failure {
    /// There was no response.
    Connection(TransportErrorKind),
    /// The response is an error.
    Status {
        status: StatusCode,
        /// The header `x-should-retry`, if it was sent.
        should_retry: Option<bool>,
        limit: RateLimitHeaders,
    },
}

/// The decision about a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// The call fails.
    Stop,
    /// The call is retried after this time.
    Wait(Duration),
}

impl Failure {
    fn allows_another(&self, is_repeatable: bool) -> bool {
        match *self {
            Self::Connection(kind) => kind.is_transient() && is_repeatable,
            Self::Status {
                should_retry: Some(advice),
                status,
                ..
            } => advice && (is_repeatable || status == StatusCode::TOO_MANY_REQUESTS),
            // The server did not carry out a rate-limited call, so a write is safe to repeat, too.
            Self::Status { status, .. } if status == StatusCode::TOO_MANY_REQUESTS => true,
            // Other refusals may come from a proxy that had passed the call on.
            Self::Status { status, .. } => {
                (is_transient(status) || self.is_refusal()) && is_repeatable
            }
        }
    }

    /// Returns `true` if the server refused the call because of a limit.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Status { status, limit, .. } if is_refusal(*status, limit.retry_after))
    }

    /// Returns the wait that the server named. The reset of the window counts only after a refusal,
    /// because every response has the headers of the limit.
    fn named_wait(&self) -> Option<Duration> {
        match self {
            Self::Connection(_) => None,
            Self::Status { limit, .. } if self.is_refusal() => limit.wait(),
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
            spent: Some(Duration::ZERO),
            left: Duration::from_secs(1000),
            is_repeatable: true,
        }
    }

    fn responded(status: u16, limit: RateLimitHeaders) -> Failure {
        Failure::Status {
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
        let failure = Failure::Connection(TransportErrorKind::Broken);
        let waits =
            [1, 2, 3, 4, 5, 6, 99].map(|number| retry.decide(&attempt(number), &failure, HALF));
        let expected = [250, 500, 1000, 2000, 4000, 4000, 4000];
        assert_eq!(
            waits,
            expected.map(|wait| RetryDecision::Wait(Duration::from_millis(wait)))
        );
    }

    #[test]
    fn repeats_a_write_without_a_key_only_if_it_was_not_carried_out() {
        let write = FailedAttempt {
            is_repeatable: false,
            ..attempt(1)
        };
        for (failure, is_repeated) in [
            (Failure::Connection(TransportErrorKind::Broken), false),
            (responded(500, RateLimitHeaders::default()), false),
            (responded(429, waiting(1)), true),
            (responded(403, waiting(1)), false),
            (responded(503, waiting(1)), false),
            (
                Failure::Status {
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                    should_retry: Some(true),
                    limit: RateLimitHeaders::default(),
                },
                false,
            ),
        ] {
            let decision = RetryPolicy::default().decide(&write, &failure, HALF);
            assert_eq!(decision != RetryDecision::Stop, is_repeated, "{failure:?}");
        }
    }

    #[test]
    fn repeats_a_read_after_a_refusal_that_names_a_wait() {
        for (status, limit, is_repeated) in [
            (403, waiting(7), true),
            (503, waiting(7), true),
            (529, waiting(7), true),
            (403, waiting(0), false),
            (503, RateLimitHeaders::default(), false),
            (404, waiting(7), false),
        ] {
            let failure = responded(status, limit);
            let decision = RetryPolicy::default().decide(&attempt(1), &failure, HALF);
            let wait = RetryDecision::Wait(Duration::from_secs(7));
            assert_eq!(decision == wait, is_repeated, "{failure:?}");
            assert_eq!(decision == RetryDecision::Stop, !is_repeated, "{failure:?}");
        }
        let never = RetryPolicy::never();
        let uncounted = attempt(0);
        let decision = never.decide(&uncounted, &responded(429, waiting(1)), HALF);
        assert_eq!(decision, RetryDecision::Stop);
    }

    #[test]
    fn bounds_each_wait_and_their_total() {
        let spent = responded(429, waiting(10));
        let retry = RetryPolicy::default();
        let wait = RetryDecision::Wait(Duration::from_secs(10));
        assert_eq!(retry.decide(&attempt(1), &spent, 0), wait);
        let impatient = retry.max_wait(Duration::from_secs(9));
        assert_eq!(
            impatient.decide(&attempt(1), &spent, 0),
            RetryDecision::Stop
        );
        let short = retry.max_total(Duration::from_secs(9));
        assert_eq!(short.decide(&attempt(1), &spent, 0), RetryDecision::Stop);
        let late = FailedAttempt {
            left: Duration::from_secs(10),
            ..attempt(1)
        };
        assert_eq!(retry.decide(&late, &spent, 0), RetryDecision::Stop);
    }

    #[test]
    fn waits_for_the_reset_only_after_a_429() {
        let limit = RateLimitHeaders {
            reset: Some(Duration::from_secs(60)),
            ..RateLimitHeaders::default()
        };
        let backoff = RetryDecision::Wait(Duration::from_millis(250));
        assert_eq!(
            RetryPolicy::default().decide(&attempt(1), &responded(500, limit), HALF),
            backoff
        );
        let wait = RetryDecision::Wait(Duration::from_secs(60));
        assert_eq!(
            RetryPolicy::default().decide(&attempt(1), &responded(429, limit), HALF),
            wait
        );
    }

    proptest! {
        #[test]
        fn jitter_stays_within_its_bound(number in any::<u32>(), random in any::<u64>()) {
            let retry = RetryPolicy::default().max_attempts(u32::MAX);
            let failure = Failure::Connection(TransportErrorKind::Broken);
            match retry.decide(&attempt(number), &failure, random) {
                RetryDecision::Wait(wait) => prop_assert!(wait <= Duration::from_secs(8)),
                RetryDecision::Stop => prop_assert_eq!(number, u32::MAX),
            }
        }
    }
}
