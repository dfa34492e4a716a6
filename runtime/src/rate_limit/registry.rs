//! The lanes of the process. Clients with the same base URL and token share the lane of the token, and
//! those of the same account the lane of the account.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

#[cfg(feature = "rate-limit-store")]
use secrecy::{ExposeSecret, SecretString};

use super::lane::Lane;
use super::queue::Queue;
use super::quota::{Quota, Rate};
#[cfg(feature = "rate-limit-store")]
use super::store::{RateLimitStore, StoreLink};
use crate::clock::{Clock, SystemClock};

/// The owner of the lanes of one token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner {
    address: String,
    /// A hash, so that the token is stored in as few places as possible.
    token: u64,
}

/// The lanes of one token: its own, and those of its accounts.
pub(crate) struct Lanes {
    token: Arc<Queue>,
    accounts: Mutex<Accounts>,
    clock: Arc<dyn Clock>,
    /// The store, if the lanes are shared between processes.
    #[cfg(feature = "rate-limit-store")]
    store: OnceLock<LanesInStore>,
}

/// A store, and the owner of the lanes in it.
#[cfg(feature = "rate-limit-store")]
pub(crate) struct LanesInStore {
    pub(crate) store: Arc<dyn RateLimitStore>,
    pub(crate) base_url: String,
    pub(crate) token: SecretString,
}

struct Accounts {
    by_id: BTreeMap<Arc<str>, Arc<Queue>>,
    /// The quota of the lanes that are created next.
    quota: Quota,
    sweeps: Sweeps,
}

/// The times at which the idle lanes of accounts are dropped: when their number has doubled, and once a
/// minute.
#[derive(Debug, Default)]
struct Sweeps {
    at_count: usize,
    at: Duration,
}

/// The number of lanes up to which only the time counts.
const FEW_LANES: usize = 64;

/// The time between two sweeps.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

/// The lanes of the process. Those of a token live as long as a client uses one of them.
static LANES: Mutex<BTreeMap<Owner, Weak<Lanes>>> = Mutex::new(BTreeMap::new());

/// The clock of the lanes.
static CLOCK: OnceLock<Arc<dyn Clock>> = OnceLock::new();

impl Owner {
    pub(crate) fn new(address: &str, token: &str) -> Self {
        static HASHER: OnceLock<RandomState> = OnceLock::new();
        Self {
            address: address.to_owned(),
            token: HASHER.get_or_init(RandomState::new).hash_one(token),
        }
    }
}

impl Sweeps {
    /// Returns `true` if a sweep is due.
    fn are_due(&self, count: usize, now: Duration) -> bool {
        count >= self.at_count.max(FEW_LANES) || now >= self.at
    }

    fn plan(&mut self, count: usize, now: Duration) {
        self.at_count = count.saturating_mul(2);
        self.at = now.saturating_add(SWEEP_INTERVAL);
    }
}

impl Lanes {
    /// Creates lanes that are not shared with other clients.
    pub(crate) fn own(quota: Quota, clock: Arc<dyn Clock>) -> Self {
        Self {
            token: Arc::new(queue(quota.token, quota)),
            accounts: Mutex::new(Accounts {
                by_id: BTreeMap::new(),
                quota,
                sweeps: Sweeps::default(),
            }),
            clock,
            #[cfg(feature = "rate-limit-store")]
            store: OnceLock::new(),
        }
    }

    /// Shares the lanes with other processes. The first store set applies.
    #[cfg(feature = "rate-limit-store")]
    pub(crate) fn share_in(&self, store: LanesInStore) {
        let _is_first = self.store.set(store);
    }

    /// Returns the lanes that all clients of `owner` share. If this client sets a quota, it applies to
    /// all of them.
    pub(crate) fn shared(owner: Owner, asked: Option<Quota>, usual: Quota) -> Arc<Self> {
        let clock = CLOCK.get_or_init(|| Arc::new(SystemClock::default()));
        let now = clock.elapsed();
        let mut lanes = LANES.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.retain(|_, lanes| lanes.strong_count() > 0);
        let known = lanes.get(&owner).and_then(Weak::upgrade);
        let found = known.unwrap_or_else(|| {
            let created = Arc::new(Self::own(asked.unwrap_or(usual), Arc::clone(clock)));
            lanes.insert(owner, Arc::downgrade(&created));
            created
        });
        drop(lanes);
        if let Some(quota) = asked {
            found.set_quota(quota, now);
        }
        found
    }

    /// Returns the lane of an account. If the client sets a quota, it applies to this account.
    pub(super) fn account(&self, account: &Arc<str>, asked: Option<Quota>) -> Arc<Queue> {
        let now = self.clock.elapsed();
        let mut accounts = self.accounts();
        accounts.sweep(now);
        let quota = accounts.quota;
        let known = accounts.by_id.get(account).cloned();
        let found = known.unwrap_or_else(|| {
            let created = Arc::new(queue(quota.account, quota));
            let id = Arc::clone(account);
            accounts.by_id.insert(id, Arc::clone(&created));
            created
        });
        drop(accounts);
        if let Some(quota) = asked {
            found.set_quota(quota.account, quota.slow_start, now);
        }
        found
    }

    pub(super) fn token(&self) -> &Arc<Queue> {
        &self.token
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Returns the link of an account to the store.
    #[cfg(feature = "rate-limit-store")]
    pub(super) fn link(&self, account: &str) -> Option<StoreLink> {
        let shared = self.store.get()?;
        let (store, token) = (Arc::clone(&shared.store), shared.token.expose_secret());
        Some(StoreLink::new(store, &shared.base_url, token, account))
    }

    /// Returns the number of lanes of accounts.
    #[cfg(test)]
    pub(crate) fn account_count(&self) -> usize {
        self.accounts().by_id.len()
    }

    fn set_quota(&self, quota: Quota, now: Duration) {
        self.token.set_quota(quota.token, quota.slow_start, now);
        self.accounts().quota = quota;
    }

    fn accounts(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Drops expired state. Returns `true` if the lane is idle: no calls and no state that still applies.
    fn settle(&self, now: Duration) -> bool {
        let mut state = self.state.lock();
        // A call with a pass is in flight for the lane.
        state.lane.settle(now) && state.waiting.is_empty()
    }
}

impl Accounts {
    /// Drops idle lanes that no client uses.
    fn sweep(&mut self, now: Duration) {
        if self.sweeps.are_due(self.by_id.len(), now) {
            self.by_id.retain(|_, queue| {
                let is_idle = queue.settle(now);
                Arc::strong_count(queue) > 1 || !is_idle
            });
            self.sweeps.plan(self.by_id.len(), now);
        }
    }
}

fn queue(rate: Option<Rate>, quota: Quota) -> Queue {
    Queue::new(Lane::with_slow_start(rate, quota.slow_start))
}
