//! Client-side limits.

use std::collections::VecDeque;
use std::time::Duration;

use super::headers::RateLimitHeaders;
use super::window::ROUNDING_ERROR;

/// A number of calls in any period of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) calls: u64,
    pub(crate) window: Duration,
}

/// Client-side limits, enforced before the server has to refuse a call.
///
/// Each limit applies to every sliding window of its length, so it holds wherever the server's window starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct Quota {
    pub(crate) token: Option<Rate>,
    pub(crate) account: Option<Rate>,
    pub(crate) slow_start: Option<u64>,
}

impl Quota {
    /// Creates a quota without limits. The limits of the server still apply.
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// Creates Truto's quota: 500 calls in 10 seconds per token, 50 in 10 seconds per account. It
    /// is the default at Truto's address.
    pub fn truto() -> Self {
        const WINDOW: Duration = Duration::from_secs(10);
        Self::unlimited()
            .per_token(500, WINDOW)
            .per_account(50, WINDOW)
    }

    /// Sets the limit per token; 0 calls count as 1.
    pub fn per_token(mut self, calls: u64, window: Duration) -> Self {
        self.token = Some(Rate::new(calls, window));
        self
    }

    /// Sets the limit per account; 0 calls count as 1.
    pub fn per_account(mut self, calls: u64, window: Duration) -> Self {
        self.account = Some(Rate::new(calls, window));
        self
    }

    /// Sets how many calls may start at once, and again each second, until the first response arrives. The default
    /// is 10; 0 counts as 1.
    ///
    /// The limit is unknown until then, and an API that is slow or starting up must not receive all waiting calls at
    /// once. If responses name no limit, each accepted call raises the number allowed in flight by one. A call whose
    /// timeout ends before its turn fails with [`Error::Timeout`](crate::Error::Timeout), and nothing is sent.
    /// `u64::MAX` disables the slow start.
    pub fn slow_start(mut self, calls: u64) -> Self {
        self.slow_start = Some(calls.max(1));
        self
    }

    /// Returns the default quota of a host: Truto's at Truto's address, none elsewhere, for example
    /// behind a proxy or in tests.
    pub(crate) fn of_host(host: &str) -> Self {
        let host = host.strip_suffix('.').unwrap_or(host);
        if host == "truto.one" || host.ends_with(".truto.one") {
            Self::truto()
        } else {
            Self::unlimited()
        }
    }
}

impl Rate {
    fn new(calls: u64, window: Duration) -> Self {
        Self {
            calls: calls.max(1),
            window,
        }
    }

    /// Returns `true` if this rate allows fewer calls in the same time than `other`.
    pub(super) fn is_lower_than(self, other: Self) -> bool {
        let calls = |rate: Self, window: Duration| {
            u128::from(rate.calls).saturating_mul(window.as_millis())
        };
        calls(self, other.window) < calls(other, self.window)
    }

    /// Returns `true` if a response reports this limit: it names the number of calls, and neither
    /// another length nor an end that is further away.
    pub(super) fn is_reported_by(self, limit: &RateLimitHeaders) -> bool {
        let longest = self.window.saturating_add(ROUNDING_ERROR);
        limit.limit == Some(self.calls)
            && limit.window.is_none_or(|window| window == self.window)
            && limit.reset.is_none_or(|reset| reset <= longest)
    }

    /// Returns the time for which a call counts: slightly longer than the window, because the
    /// server counts a call on arrival and the latency varies.
    fn counted_for(&self) -> Duration {
        self.window.saturating_add(self.window / 40)
    }
}

/// The number of calls that are counted one by one, and the number of groups in the time for which a call
/// counts if there are more.
const GROUPS: u32 = 128;

/// The calls that count against a rate, oldest first.
///
/// Each entry is the time of a call, or of the latest one of a group: its calls count until the latest one
/// does not. So memory and time are bounded for any number of calls, and no period has more than the rate.
#[derive(Debug)]
pub(super) struct QuotaWindow {
    rate: Rate,
    sent: VecDeque<(Duration, u64)>,
    /// The number of calls in all entries.
    sent_calls: u64,
    /// The time of the last entry that no longer counts.
    expired: Option<Duration>,
    /// The calls that are held by another lane. They count, or else all of them would be sent at
    /// once later.
    held: u64,
}

impl QuotaWindow {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            sent: VecDeque::new(),
            sent_calls: 0,
            expired: None,
            held: 0,
        }
    }

    /// Changes the rate and keeps the calls.
    pub(super) fn at(self, rate: Rate) -> Self {
        Self { rate, ..self }
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Drops the calls that no longer count.
    pub(super) fn advance(&mut self, now: Duration) {
        let counted_for = self.rate.counted_for();
        while let Some(&(at, calls)) = self.sent.front() {
            if at.saturating_add(counted_for) > now {
                return;
            }
            self.sent.pop_front();
            self.sent_calls -= calls;
            self.expired = Some(at);
        }
    }

    /// Returns the calls that count, by quarters of their time, the newest first.
    #[cfg_attr(
        not(feature = "rate-limit-store"),
        allow(dead_code, reason = "only a store asks for them")
    )]
    pub(super) fn recent(&mut self, now: Duration) -> [u64; 4] {
        self.advance(now);
        let quarter = self.rate.counted_for() / 4;
        let mut recent = [self.held, 0, 0, 0];
        let ends = [1, 2, 3].map(|age| now.saturating_sub(quarter.saturating_mul(age)));
        for (at, calls) in &self.sent {
            let age = ends.iter().filter(|end| *at <= **end).count();
            if let Some(counted) = recent.get_mut(age) {
                *counted = counted.saturating_add(*calls);
            }
        }
        recent
    }

    /// Frees the memory of calls that no longer count. Returns `true` if none counts.
    pub(super) fn settle(&mut self, now: Duration) -> bool {
        self.advance(now);
        if self.sent.is_empty() {
            self.sent = VecDeque::new();
        }
        self.count() == 0
    }

    pub(super) fn left(&self) -> u64 {
        self.rate.calls.saturating_sub(self.count())
    }

    /// Estimates the time at which a call with `ahead` others before it may be sent.
    pub(super) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let count = self.count();
        let Some(over) = count.saturating_add(ahead).checked_sub(self.rate.calls) else {
            return now;
        };
        // The call takes the place of an earlier one, or of a waiting call that takes that place,
        // and so on.
        let rounds = match over.checked_sub(count) {
            Some(beyond) => beyond / self.rate.calls + 1,
            None => 0,
        };
        let index = over.saturating_sub(rounds.saturating_mul(self.rate.calls));
        let sent = self.time_of(index).unwrap_or(now);
        let rounds = u32::try_from(rounds.saturating_add(1)).unwrap_or(u32::MAX);
        sent.saturating_add(self.rate.counted_for().saturating_mul(rounds))
    }

    /// Returns the time of the call with `before` earlier ones, or of its group.
    fn time_of(&self, before: u64) -> Option<Duration> {
        let mut rest = before;
        for (at, calls) in &self.sent {
            match rest.checked_sub(*calls) {
                Some(later) => rest = later,
                None => return Some(*at),
            }
        }
        None
    }

    pub(super) fn count_call(&mut self, now: Duration) {
        self.sent_calls += 1;
        let before = self.sent.len().checked_sub(2);
        let before = before
            .and_then(|before| self.sent.get(before))
            .map(|it| it.0);
        let is_many = self.sent.len() >= GROUPS as usize;
        let width = self.rate.counted_for() / GROUPS;
        let is_near = is_many && before.is_some_and(|before| now <= before.saturating_add(width));
        match self.sent.back_mut() {
            Some((at, calls)) if now <= *at || is_near => {
                *at = now.max(*at);
                *calls += 1;
            }
            _ => self.sent.push_back((now, 1)),
        }
    }

    /// Removes a call that was counted at `at` and not sent.
    pub(super) fn give_back(&mut self, at: Duration) {
        if self.expired.is_some_and(|expired| at <= expired) {
            return;
        }
        // Its group, or an earlier one: a later one would count a call too few.
        let index = self.sent.partition_point(|(latest, _)| *latest < at);
        if let Some((_, calls)) = self.sent.get_mut(index) {
            *calls -= 1;
            self.sent_calls -= 1;
            if *calls == 0 {
                self.sent.remove(index);
            }
        }
    }

    /// Holds a call that was counted at `at`.
    pub(super) fn hold(&mut self, at: Duration) {
        self.give_back(at);
        self.held += 1;
    }

    /// Releases a held call.
    pub(super) fn release(&mut self) {
        self.held = self.held.saturating_sub(1);
    }

    /// Returns the time at which the oldest call no longer counts.
    pub(super) fn ends_at(&self) -> Option<Duration> {
        let (oldest, _) = self.sent.front()?;
        Some(oldest.saturating_add(self.rate.counted_for()))
    }

    /// Returns the number of entries.
    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.sent.len()
    }

    fn count(&self) -> u64 {
        self.sent_calls.saturating_add(self.held)
    }
}
