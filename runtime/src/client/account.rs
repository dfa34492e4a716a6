//! The account of a client, next to the state that all accounts of a client share.

use std::sync::Arc;

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
            None => Arc::new(Gate::new(&shared.lanes, &id, asked)),
        };
        let shared = Arc::new(shared);
        Self { id, gate, shared }
    }

    /// Returns another account with the same state.
    pub(super) fn sibling(&self, id: &str) -> Self {
        if *id == *self.id {
            let (id, gate) = (Arc::clone(&self.id), Arc::clone(&self.gate));
            let shared = Arc::clone(&self.shared);
            return Self { id, gate, shared };
        }
        let id: Arc<str> = id.into();
        let gate = Arc::new(Gate::new(&self.shared.lanes, &id, None));
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
                "the account identifier is empty, `.` or `..`: pass a valid one to `for_account(..)`",
            )),
            id => Ok(id),
        }
    }
}
