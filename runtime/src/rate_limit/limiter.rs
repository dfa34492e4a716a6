//! The public view of the rate limit: its status, and a stream of changes.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

use super::gate::Gate;
use super::lease::StoreState;
use crate::clock::Sleep;

/// The rate limiter that a client shares with its clones, and with every client of the same base
/// URL, token and account.
///
/// ```
/// use toolsmith_runtime::Client;
///
/// /// Returns `true` if this number of calls can be sent right now.
/// fn has_room(client: &Client, calls: u64) -> bool {
///     let limit = client.rate_limiter().status();
///     limit.waiting == 0 && limit.left.is_none_or(|left| left >= calls)
/// }
/// ```
#[derive(Clone)]
pub struct RateLimiter(pub(crate) Arc<Gate>);

/// The status of the rate limit at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitStatus {
    /// The number of calls in one window, if it is known.
    pub limit: Option<u64>,
    /// The length of the window, if it is known.
    pub window: Option<Duration>,
    /// The number of calls that can be sent immediately; `None` if no limit is known.
    pub left: Option<u64>,
    /// The time that a new call would wait; zero if it can be sent.
    pub wait: Duration,
    /// The time until the next window, if the server sent it.
    pub reset: Option<Duration>,
    /// The remaining time for which the server said it would refuse calls; `None` if it is not refusing any. The
    /// refusal may come from a single endpoint: see [`RateLimiter::forget`].
    pub refused_for: Option<Duration>,
    /// The number of waiting calls.
    pub waiting: usize,
    /// The number of calls in flight.
    pub in_flight: u64,
    /// The state of the store that several processes share, for the account of this client; `None` if the client has
    /// none. See `ClientBuilder::rate_limit_store`.
    pub store: Option<StoreState>,
}

impl RateLimiter {
    /// Returns the current status.
    #[must_use]
    pub fn status(&self) -> RateLimitStatus {
        self.known().0
    }

    /// Returns the reason for which the store is unreachable for the account of this client. There is one exactly while
    /// [`RateLimitStatus::store`] is [`StoreState::Unreachable`].
    ///
    /// The store is asked about each account and each token separately, so clients of other accounts can be connected
    /// at the same time. The log has one warning for all of them.
    #[cfg(feature = "rate-limit-store")]
    #[must_use]
    pub fn store_error(&self) -> Option<String> {
        let gate = &self.0;
        gate.account.store_error(gate.clock.elapsed())
    }

    /// Discards what was learned from the server, including refusals, so that waiting calls are sent now.
    ///
    /// A refusal applies to all calls of the account, because a response does not say which calls it concerns. If a
    /// single endpoint refuses its calls for a long time, which [`RateLimitStatus::refused_for`] shows, use this
    /// method to try again. The [quota](crate::rate_limit::Quota) still applies.
    ///
    /// ```
    /// use std::time::Duration;
    /// use toolsmith_runtime::Client;
    ///
    /// /// Tries again if the server refuses calls for more than five minutes.
    /// fn try_again(client: &Client) {
    ///     let limiter = client.rate_limiter();
    ///     let refused_for = limiter.status().refused_for;
    ///     if refused_for.is_some_and(|wait| wait > Duration::from_secs(300)) {
    ///         limiter.forget();
    ///     }
    /// }
    /// ```
    pub fn forget(&self) {
        let gate = &self.0;
        let now = gate.clock.elapsed();
        gate.account.forget(now);
        gate.token.forget(now);
    }

    /// Returns the current status, and the time until it changes without an event.
    fn known(&self) -> (RateLimitStatus, Option<Duration>) {
        let gate = &self.0;
        let now = gate.clock.elapsed();
        let (account, account_waiting) = gate.account.state(now);
        let (token, token_waiting) = gate.token.state(now);
        let is_token_tighter = match (account.left, token.left) {
            (Some(account), Some(token)) => token < account,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        let shown = if is_token_tighter { token } else { account };
        let opens = account.opens.max(token.opens);
        let refused_until = account.refused_until.max(token.refused_until);
        let ends_at = [account.ends_at, token.ends_at].into_iter().flatten().min();
        let state = RateLimitStatus {
            limit: shown.limit,
            window: shown.window,
            left: shown.left,
            wait: opens.saturating_sub(now),
            reset: shown.ends.map(|ends| ends.saturating_sub(now)),
            refused_for: refused_until.map(|until| until.saturating_sub(now)),
            waiting: account_waiting + token_waiting,
            in_flight: account.in_flight,
            store: account.store,
        };
        (state, ends_at.map(|ends_at| ends_at.saturating_sub(now)))
    }

    /// Returns a stream of the status, now and after every change, including the end of a window.
    /// Changes between two polls are merged.
    pub fn watch(&self) -> RateLimitWatch {
        RateLimitWatch {
            limiter: self.clone(),
            seen: None,
            alarm: None,
        }
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("RateLimiter")
            .field(&self.status())
            .finish()
    }
}

/// A stream of the status of a rate limiter. It does not end.
#[must_use = "nothing is seen until the stream is polled"]
pub struct RateLimitWatch {
    limiter: RateLimiter,
    /// The versions of the two lanes that were seen.
    seen: Option<(u64, u64)>,
    /// Wakes the task when the status changes without an event.
    alarm: Option<Sleep>,
}

impl RateLimitWatch {
    /// Returns the status after the next change; the first call returns at once.
    pub async fn next(&mut self) -> RateLimitStatus {
        poll_fn(|context| self.poll_state(context)).await
    }

    fn poll_state(&mut self, context: &mut Context<'_>) -> Poll<RateLimitStatus> {
        let gate = &self.limiter.0;
        let seen = self.seen.unwrap_or((u64::MAX, u64::MAX));
        let account = gate.account.watch(seen.0, context.waker());
        let token = gate.token.watch(seen.1, context.waker());
        if account.is_none() && token.is_none() && !self.rings(context) {
            return Poll::Pending;
        }
        self.seen = Some((account.unwrap_or(seen.0), token.unwrap_or(seen.1)));
        let (state, ends_at) = self.limiter.known();
        self.alarm = ends_at.map(|ends_at| self.limiter.0.clock.sleep(ends_at));
        Poll::Ready(state)
    }

    fn rings(&mut self, context: &mut Context<'_>) -> bool {
        let alarm = self.alarm.as_mut();
        alarm.is_some_and(|alarm| alarm.as_mut().poll(context).is_ready())
    }
}

impl fmt::Debug for RateLimitWatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RateLimitWatch")
            .field("limiter", &self.limiter)
            .finish_non_exhaustive()
    }
}

impl Stream for RateLimitWatch {
    type Item = RateLimitStatus;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<RateLimitStatus>> {
        self.poll_state(context).map(Some)
    }
}
