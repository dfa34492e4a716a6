//! The owner of a limit: the account, or the token of several accounts. Pure.
//!
//! A response does not say whose limit it reports. It counts as that of the account, until calls of
//! one account are refused, or have fewer calls left, because of those of another. A response that
//! contradicts that ends it, and without new observations it is doubted after a minute: the next refusal
//! counts as that of the account again, so that the responses to the others can contradict it.

use std::time::Duration;

use super::response_limits::LimitUpdate;
use super::window::ROUNDING_ERROR;

/// The number of observations after which a limit counts as that of the token.
const ENOUGH: u8 = 2;

/// The time after which a limit of the token is doubted that no further observation has confirmed.
const DOUBT_AFTER: Duration = Duration::from_secs(60);

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
    /// The time of the last one.
    voted_at: Duration,
    /// `true` if the limit counts as that of the token, or has done so and is doubted.
    is_found: bool,
    /// The last response whose limit equals the quota of the token.
    quota_left: Option<Left>,
    /// The number of observations that such limits are those of accounts.
    quota_contradictions: u8,
}

/// The owner of a limit, as the observations show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Account,
    /// The same, although it counted as that of the token.
    NotToken,
    Token,
}

impl Scope {
    /// Records that an account uses the token. Returns `true` if there are several.
    pub(super) fn is_shared(&mut self, account: usize) -> bool {
        let last = self.last.replace(account);
        self.is_shared |= last.is_some_and(|last| last != account);
        self.is_shared
    }

    /// Returns the owner of the limit that a response concerns.
    pub(super) fn find(&mut self, response: &Attribution<'_>, calls: CallsOfToken) -> Finding {
        let was_found = self.is_found;
        let doubted_from = self.voted_at.saturating_add(DOUBT_AFTER);
        if self.votes >= ENOUGH && response.now >= doubted_from {
            self.votes = ENOUGH - 1;
        }
        if response.update.is_refused {
            self.refuse(response);
        } else {
            self.accept(response, calls);
        }
        if self.votes >= ENOUGH {
            Finding::Token
        } else if was_found && !self.is_found {
            Finding::NotToken
        } else {
            Finding::Account
        }
    }

    /// Returns the owner of a limit that equals the quota of the token. It is that of an account if
    /// another one has more calls left.
    pub(super) fn find_by_quota(&mut self, response: &Attribution<'_>) -> Finding {
        if self.quota_contradictions >= ENOUGH {
            return Finding::Account;
        }
        let Some(left) = Left::of(response) else {
            return Finding::Token;
        };
        let before = self.quota_left.replace(left);
        let is_contrary = before.is_some_and(|before| {
            before.is_comparable(&left)
                && response.sent >= before.at
                && left.remaining > before.remaining.saturating_add(1)
        });
        self.quota_contradictions += u8::from(is_contrary);
        if self.quota_contradictions >= ENOUGH {
            Finding::NotToken
        } else {
            Finding::Token
        }
    }

    fn vote(&mut self, now: Duration) {
        self.votes = self.votes.saturating_add(1);
        self.voted_at = now;
        self.is_found |= self.votes >= ENOUGH;
    }

    /// Starts again, because an observation contradicts a limit of the token.
    fn reject(&mut self) {
        self.votes = 0;
        self.refused = None;
        self.is_found = false;
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
                self.vote(response.now);
            }
            Some(_) => {}
            None => self.refused = Some(refused),
        }
    }

    fn accept(&mut self, response: &Attribution<'_>, of_token: CallsOfToken) {
        let limit = &response.update.limit;
        let is_contrary = self.refused.is_some_and(|other| {
            other.account != response.account
                && response.sent > other.at
                && response.now < other.until
        });
        if is_contrary {
            self.reject();
        }
        let Some(left) = Left::of(response) else {
            return;
        };
        let remaining = left.remaining;
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
                self.vote(response.now);
            }
        }
    }
}

impl Left {
    fn of(response: &Attribution<'_>) -> Option<Self> {
        let limit = &response.update.limit;
        Some(Self {
            account: response.account,
            at: response.now,
            remaining: limit.remaining?,
            ends: response.now.saturating_add(limit.reset?),
        })
    }

    /// Returns `true` if a later response concerns another account in the same window.
    fn is_comparable(&self, later: &Self) -> bool {
        self.account != later.account && self.ends.abs_diff(later.ends) <= ROUNDING_ERROR
    }
}
