//! The state of a running server, behind one lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

use super::ACCOUNT_ID;
use super::account_state::{AccountState, Servers};
use super::catalog::Catalog;
use super::fault::Faults;
use super::limit::{Meter, RateLimit};
use super::log::RecordedRequest;
use super::responses::Answer;
use super::seed;
use super::store::Store;

/// Settings of pages and rate limits. An absent setting behaves as Truto does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The maximum number of tools or records on a page.
    pub page_size: Option<usize>,
    /// The enforced rate limit. Without it the headers show 110 requests in 10 seconds, and no request is rejected.
    pub rate_limit: Option<RateLimit>,
}

/// The state of the server.
pub(crate) struct World {
    base_url: String,
    pub(crate) catalog: Catalog,
    pub(crate) store: Store,
    pub(crate) faults: Faults,
    pub(crate) log: Vec<RecordedRequest>,
    pub(crate) meter: Meter,
    pub(crate) page_size: Option<usize>,
    pub(crate) account: AccountState,
    /// The accounts next to the usual one, by identifier.
    pub(crate) more_accounts: BTreeMap<String, AccountState>,
    /// The number of link tokens that were made.
    pub(crate) links: u64,
    pub(crate) servers: Servers,
    /// Responses to writes with an idempotency key, by key.
    pub(crate) repeatable: BTreeMap<String, (RecordedRequest, Answer)>,
    last_request: u64,
}

/// The state, shared between the serving thread and the tests.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(world: World) -> Shared {
        Shared(Arc::new(Mutex::new(world)))
    }

    /// Locks the state. A poisoned lock is ignored, because this server is for tests.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    /// Creates the initial state; the seeded webhooks point to `base_url`.
    ///
    /// # Errors
    ///
    /// The checked-in catalog cannot be read.
    pub(crate) fn new(base_url: String) -> Result<World, String> {
        Ok(World {
            catalog: Catalog::of_snapshot()?,
            store: seed::store(&base_url),
            faults: Faults::default(),
            log: Vec::new(),
            meter: Meter::shown(),
            page_size: None,
            account: AccountState::default(),
            more_accounts: BTreeMap::new(),
            links: 0,
            servers: Servers::default(),
            repeatable: BTreeMap::new(),
            last_request: 0,
            base_url,
        })
    }

    /// Returns the address of the server.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Restores the initial state; the numbers of requests continue.
    pub(crate) fn reset(&mut self) {
        // The catalog was read at the start, so it can be read again.
        if let Ok(fresh) = World::new(self.base_url.clone()) {
            let last_request = self.last_request;
            *self = fresh;
            self.last_request = last_request;
        }
    }

    /// Replaces the settings.
    pub(crate) fn set(&mut self, settings: Settings) {
        self.page_size = settings.page_size;
        self.meter = settings
            .rate_limit
            .map_or_else(Meter::shown, Meter::enforced);
    }

    /// Returns the state of an account, if it exists.
    pub(crate) fn state_of(&self, account: &str) -> Option<&AccountState> {
        match account {
            ACCOUNT_ID => Some(&self.account),
            other => self.more_accounts.get(other),
        }
    }

    /// Returns the identifier of the next request, for `x-request-id`.
    pub(crate) fn next_request_id(&mut self) -> String {
        self.last_request += 1;
        format!("req_{:06}", self.last_request)
    }
}
