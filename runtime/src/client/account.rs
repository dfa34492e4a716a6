//! The account of a client, next to the state that all accounts of a client share.

use std::sync::Arc;

use super::Client;
use super::http_backend::HttpBackend;
use super::shared::Shared;
use crate::error::Error;
use crate::rate_limit::{Gate, Quota, RateLimiter};
use crate::tools::ToolSpec;

/// An account and its rate limit.
pub(crate) struct Account {
    pub(super) id: Arc<str>,
    pub(super) gate: Arc<Gate>,
    pub(super) shared: Arc<Shared>,
}

impl Account {
    /// Creates the account of a client; `limiter` is a rate limiter that it takes over.
    pub(super) fn new(
        id: &str,
        shared: Shared,
        limiter: Option<RateLimiter>,
        asked: Option<Quota>,
    ) -> Self {
        let id: Arc<str> = id.into();
        let gate = match limiter {
            Some(limiter) => limiter.0,
            None => Arc::new(shared.lanes.gate(&id, asked)),
        };
        let shared = Arc::new(shared);
        Self { id, gate, shared }
    }

    /// Returns another account with the same state.
    fn sibling(&self, id: &str) -> Self {
        if *id == *self.id {
            let (id, gate) = (Arc::clone(&self.id), Arc::clone(&self.gate));
            let shared = Arc::clone(&self.shared);
            return Self { id, gate, shared };
        }
        let id: Arc<str> = id.into();
        let gate = Arc::new(self.shared.lanes.gate(&id, None));
        let shared = Arc::clone(&self.shared);
        Self { id, gate, shared }
    }

    pub(super) fn rate_limiter(&self) -> RateLimiter {
        RateLimiter(Arc::clone(&self.gate))
    }

    /// Returns the identifier for a call.
    pub(super) fn id_for(&self, spec: &ToolSpec) -> Result<&str, Error> {
        match &*self.id {
            "" | "." | ".." => Err(Error::unfit(
                spec.name,
                "the identifier of the account is empty, `.` or `..`: give that of an account to \
                 `for_account(..)`",
            )),
            id => Ok(id),
        }
    }
}

impl<A> Client<A> {
    /// Returns a client for another account of the same token.
    ///
    /// Both share everything except the account: connections, settings, token and the rate limit of the
    /// token. The account has its own rate limit, which all clients of the account share. An account
    /// takes little memory, so that a program can have a client for each of thousands, or create one
    /// for each call.
    ///
    /// The state of an account's rate limit is kept while a client of the account exists, and after that
    /// until what is known is over: its window, its quota, and the pause after a refusal. States that
    /// are over are dropped when further accounts are used, at the latest after a minute.
    ///
    /// An empty identifier is an error when a call is awaited.
    ///
    /// ```
    /// use toolsmith_runtime::{Client, Error, Json};
    ///
    /// async fn count(client: &Client, accounts: &[String], arguments: &Json) -> Result<(), Error> {
    ///     for account in accounts {
    ///         let client = client.for_account(account);
    ///         client.call_tool("list_all_the_auth_api_projects", arguments.clone()).await?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn for_account(&self, account: impl AsRef<str>) -> Self {
        let account = self.own_account().sibling(account.as_ref());
        Self::from_backend(HttpBackend::new(account))
    }

    /// Returns the identifier of the account.
    #[must_use]
    pub fn account_id(&self) -> &str {
        &self.own_account().id
    }
}
