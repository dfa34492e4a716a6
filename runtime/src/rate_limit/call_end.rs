//! The end of a call: the owner of the limit that its response concerns, the account or the token.

use std::sync::Arc;
use std::time::Duration;

use super::attribution::{Attribution, CallsOfToken, Finding};
use super::gate::Gate;
use super::lane::Pass;
use super::queue::{Ended, Queue, State};
use super::quota::Rate;
use super::response_limits::LimitUpdate;

/// The owner of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Account,
    /// The limit equals the quota of the token.
    TokenByQuota,
    /// The calls of several accounts share the limit.
    Token,
}

/// The facts about a token that decide whose limit a response concerns.
#[derive(Debug, Clone, Copy)]
struct SharedToken {
    /// `true` if several accounts use the token.
    has_several_accounts: bool,
    quota: Option<Rate>,
}

impl SharedToken {
    /// Returns `true` if the limit that a response reports is the quota of the token.
    fn is_quota(&self, update: &LimitUpdate) -> bool {
        self.quota
            .is_some_and(|quota| quota.is_reported_by(&update.limit))
    }
}

impl Gate {
    /// Ends a call with its response, in the lanes of the account and of the token.
    pub(super) fn end(
        &self,
        (account, token): (Pass, Pass),
        now: Duration,
        update: &LimitUpdate,
    ) -> (Ended, Ended) {
        let id = Arc::as_ptr(&self.account).addr();
        let shared = match self.token.end_for_sole(id, token, now, update) {
            Ok(token) => return (self.account.end(account, now, Some(update)), token),
            Err(shared) => shared,
        };
        let (sent_in_window, quota) = self.account.known();
        let response = Attribution {
            account: id,
            sent: account.at(),
            now,
            update,
            sent_in_window,
        };
        let owner = self.owner(&response, &shared, quota);
        let elsewhere = update.elsewhere(owner == Owner::Token);
        let (of_account, of_token) = match owner {
            Owner::Account => (update, &elsewhere),
            Owner::TokenByQuota | Owner::Token => (&elsewhere, update),
        };
        let account = self.account.end(account, now, Some(of_account));
        (account, self.token.end(token, now, Some(of_token)))
    }

    /// Returns the owner of the limit that a response concerns.
    fn owner(
        &self,
        response: &Attribution<'_>,
        shared: &SharedToken,
        of_account: Option<Rate>,
    ) -> Owner {
        let limit = &response.update.limit;
        let is_of_account = of_account.is_some_and(|quota| quota.is_reported_by(limit));
        if shared.is_quota(response.update)
            && !is_of_account
            && self.token.is_of_token_by_quota(response)
        {
            return Owner::TokenByQuota;
        }
        if shared.has_several_accounts && self.token.is_of_token(response) {
            Owner::Token
        } else {
            Owner::Account
        }
    }
}

impl Queue {
    /// Ends a call of the only account of this token, whose limit the response does not concern. If
    /// there are several accounts, or the limit may be that of the token, the call does not end.
    ///
    /// Most calls end here, with one look at the lane of the token.
    fn end_for_sole(
        &self,
        account: usize,
        pass: Pass,
        now: Duration,
        update: &LimitUpdate,
    ) -> Result<Ended, SharedToken> {
        self.change(now, |state, _| {
            let shared = SharedToken {
                has_several_accounts: state.scope.is_shared(account),
                quota: state.lane.quota(),
            };
            if shared.has_several_accounts || shared.is_quota(update) {
                return Err(shared);
            }
            Ok(state.end(pass, now, Some(&update.elsewhere(false))))
        })
    }

    /// Returns `true` if a response concerns the limit of this token, and not that of the account.
    fn is_of_token(&self, response: &Attribution<'_>) -> bool {
        let mut state = self.state.lock();
        let calls = CallsOfToken {
            sent: state.lane.sent_in_window(),
            in_flight: state.lane.in_flight(),
        };
        let found = state.scope.find(response, calls);
        state.is_of_token(found)
    }

    /// Returns `true` unless responses contradict that a limit is the quota of this token.
    fn is_of_token_by_quota(&self, response: &Attribution<'_>) -> bool {
        let mut state = self.state.lock();
        let found = state.scope.find_by_quota(response);
        state.is_of_token(found)
    }
}

impl State {
    fn is_of_token(&mut self, found: Finding) -> bool {
        if found == Finding::NotToken {
            // It was not the limit of the token after all.
            self.lane.forget_window();
        }
        found == Finding::Token
    }
}
