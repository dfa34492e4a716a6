//! The owner of a limit: the account, or the token of several accounts. Pure.
//!
//! A response does not say whose limit it reports. It counts as that of the account, until calls of
//! one account are refused, or have fewer calls left, because of those of another.

use std::time::Duration;

use super::update::LimitUpdate;
use super::window::ROUNDING_ERROR;

/// The number of observations after which a limit counts as that of the token.
const ENOUGH: u8 = 2;

/// The pause of a refusal that names none.
const UNNAMED_WAIT: Duration = Duration::from_secs(1);

/// A response whose limit is attributed.
#[derive(Clone, Copy)]
pub(super) struct Attribution<'a> {
    /// The identity of the account.
    pub(super) account: usize,
    /// The time at which the call was sent.
    pub(super) sent: Duration,
    pub(super) now: Duration,
    pub(super) update: &'a LimitUpdate,
    /// The number of calls of the account that its current window may have counted.
    pub(super) sent_in_window: u64,
}

/// The calls of all accounts of the token.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallsOfToken {
    /// The number of calls that a window of the token may have counted.
    pub(super) sent: u64,
    /// The number of calls in flight.
    pub(super) in_flight: u64,
}

impl CallsOfToken {
    /// Returns `true` if a server that counts the calls of the token may have counted this many.
    fn explain(self, used: u64) -> bool {
        used <= self.sent && used.saturating_add(self.in_flight) >= self.sent
    }
}

/// The refusal of one account.
#[derive(Debug, Clone, Copy)]
struct Refused {
    account: usize,
    at: Duration,
    until: Duration,
}

/// The calls left that a response to one account reported.
#[derive(Debug, Clone, Copy)]
struct Left {
    account: usize,
    at: Duration,
    remaining: u64,
    ends: Duration,
}

/// The observations about the accounts of a token.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The account of the last response.
    last: Option<usize>,
    /// `true` if several accounts use the token.
    is_shared: bool,
    refused: Option<Refused>,
    left: Option<Left>,
    /// The number of observations for a limit of the token, without one against it.
    votes: u8,
}

impl Scope {
    /// Records that an account uses the token. Returns `true` if there are several.
    pub(super) fn is_shared(&mut self, account: usize) -> bool {
        let last = self.last.replace(account);
        self.is_shared |= last.is_some_and(|last| last != account);
        self.is_shared
    }

    /// Returns `true` if the last response concerned the limit of the token.
    pub(super) fn was_of_token(&self) -> bool {
        self.votes >= ENOUGH
    }

    /// Returns `true` if a response concerns the limit of the token.
    pub(super) fn is_of_token(&mut self, response: &Attribution<'_>, calls: CallsOfToken) -> bool {
        if response.update.is_refused {
            self.refuse(response);
        } else {
            self.accept(response, calls);
        }
        self.votes >= ENOUGH
    }

    fn vote(&mut self) {
        self.votes = self.votes.saturating_add(1);
    }

    /// Starts again, because an observation contradicts a limit of the token.
    fn reject(&mut self) {
        self.votes = 0;
        self.refused = None;
    }

    fn refuse(&mut self, response: &Attribution<'_>) {
        let wait = response.update.named_wait().unwrap_or(UNNAMED_WAIT);
        let refused = Refused {
            account: response.account,
            at: response.now,
            until: response.now + wait,
        };
        match &mut self.refused {
            Some(other) if response.now >= other.until => self.refused = Some(refused),
            Some(other) if other.account == response.account => {
                other.until = other.until.max(refused.until);
            }
            // The call was sent when another account was refused already.
            Some(other) if response.sent > other.at => {
                self.refused = Some(refused);
                self.vote();
            }
            Some(_) => {}
            None => self.refused = Some(refused),
        }
    }

    fn accept(&mut self, response: &Attribution<'_>, of_token: CallsOfToken) {
        let limit = &response.update.limit;
        let is_contrary = self.votes < ENOUGH
            && self.refused.is_some_and(|other| {
                other.account != response.account
                    && response.sent > other.at
                    && response.now < other.until
            });
        if is_contrary {
            self.reject();
        }
        let (Some(remaining), Some(reset)) = (limit.remaining, limit.reset) else {
            return;
        };
        let left = Left {
            account: response.account,
            at: response.now,
            remaining,
            ends: response.now + reset,
        };
        let before = self.left.replace(left);
        let Some(before) = before.filter(|before| before.is_comparable(&left)) else {
            return;
        };
        // Otherwise both were in flight at once, and the server may have counted either first.
        let is_later = response.sent >= before.at;
        if is_later && remaining > before.remaining.saturating_add(1) {
            self.reject();
        } else if let Some(calls) = limit.limit {
            let used = calls.saturating_sub(remaining);
            let is_explained = is_later || of_token.explain(used);
            if used > response.sent_in_window && is_explained {
                self.vote();
            }
        }
    }
}

impl Left {
    /// Returns `true` if a later response concerns another account in the same window.
    fn is_comparable(&self, later: &Self) -> bool {
        self.account != later.account && self.ends.abs_diff(later.ends) <= ROUNDING_ERROR
    }
}
