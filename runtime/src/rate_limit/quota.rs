//! Limits that are kept from this side, whatever the server says.

use std::collections::VecDeque;
use std::time::Duration;

/// So many calls in any stretch of time of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) calls: u64,
    pub(crate) window: Duration,
}

/// The limits that a client keeps from its side, before the server has to refuse anything.
///
/// They hold for any stretch of time of that length, so that they fit whenever the server's own
/// window begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct Quota {
    pub(crate) token: Option<Rate>,
    pub(crate) account: Option<Rate>,
}

impl Quota {
    /// No limits but those that the server tells of.
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// Truto's own: 500 calls in 10 seconds for a token, 50 in 10 seconds for an account. A client
    /// of Truto's address keeps them unless it is told otherwise.
    pub fn truto() -> Self {
        const WINDOW: Duration = Duration::from_secs(10);
        Self::unlimited()
            .per_token(500, WINDOW)
            .per_account(50, WINDOW)
    }

    /// So many calls in a time with one token; 0 counts as 1.
    pub fn per_token(mut self, calls: u64, window: Duration) -> Self {
        self.token = Some(Rate::new(calls, window));
        self
    }

    /// So many calls in a time for one account; 0 counts as 1.
    pub fn per_account(mut self, calls: u64, window: Duration) -> Self {
        self.account = Some(Rate::new(calls, window));
        self
    }

    /// Those that apply at an address unless others are given: Truto's at Truto's, none elsewhere,
    /// as behind a proxy or at a server for tests.
    pub(crate) fn of_host(host: &str) -> Self {
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

    /// How long a call counts: a little longer than the window, because the server counts a call
    /// when it arrives and the way there is not always equally long.
    fn counted_for(&self) -> Duration {
        self.window.saturating_add(self.window / 40)
    }
}

/// The calls that count against a rate, oldest first.
#[derive(Debug)]
pub(super) struct Kept {
    rate: Rate,
    sent: VecDeque<Duration>,
    /// Calls that have their place and cannot go yet. They count until they do, or else all that
    /// gathered before another lane would go at once.
    held: u64,
}

impl Kept {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            sent: VecDeque::new(),
            held: 0,
        }
    }

    /// The same calls, counted against another rate.
    pub(super) fn at(self, rate: Rate) -> Self {
        Self { rate, ..self }
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Forgets the calls that no longer count.
    pub(super) fn advance(&mut self, now: Duration) {
        let counted_for = self.rate.counted_for();
        while self
            .sent
            .front()
            .is_some_and(|at| at.saturating_add(counted_for) <= now)
        {
            self.sent.pop_front();
        }
    }

    pub(super) fn left(&self) -> u64 {
        self.rate.calls.saturating_sub(self.count())
    }

    /// When a call may go behind `ahead` others.
    pub(super) fn opens(&self, now: Duration, ahead: u64) -> Duration {
        let count = self.count();
        let Some(over) = count.saturating_add(ahead).checked_sub(self.rate.calls) else {
            return now;
        };
        // The call takes the place of the one that was sent so many before it, or of one that
        // takes that one's place, and so on.
        let rounds = match over.checked_sub(count) {
            Some(behind) => behind / self.rate.calls + 1,
            None => 0,
        };
        let index = over.saturating_sub(rounds.saturating_mul(self.rate.calls));
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let sent = self.sent.get(index).copied().unwrap_or(now);
        let rounds = u32::try_from(rounds.saturating_add(1)).unwrap_or(u32::MAX);
        sent.saturating_add(self.rate.counted_for().saturating_mul(rounds))
    }

    pub(super) fn count_call(&mut self, now: Duration) {
        self.sent.push_back(now);
    }

    /// Takes back a call that was counted at `at` and not sent. Those of one moment are equal.
    pub(super) fn give_back(&mut self, at: Duration) {
        if let Some(index) = self.sent.iter().rposition(|sent| *sent == at) {
            self.sent.remove(index);
        }
    }

    /// A call that was counted at `at` has not gone yet.
    pub(super) fn hold(&mut self, at: Duration) {
        self.give_back(at);
        self.held += 1;
    }

    /// One of those calls goes, or never will.
    pub(super) fn release(&mut self) {
        self.held = self.held.saturating_sub(1);
    }

    /// When the next call ceases to count.
    pub(super) fn turns(&self) -> Option<Duration> {
        let oldest = self.sent.front()?;
        Some(oldest.saturating_add(self.rate.counted_for()))
    }

    fn count(&self) -> u64 {
        let sent = u64::try_from(self.sent.len()).unwrap_or(u64::MAX);
        sent.saturating_add(self.held)
    }
}
