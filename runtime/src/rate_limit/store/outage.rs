//! The log of the outages of a store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::RateLimitStore;

/// The shortest time between two warnings, so that a store that comes and goes does not fill the log.
const MIN_INTERVAL: Duration = Duration::from_secs(60);

/// The outages of one store, for all lanes and clients of the process: each is logged once.
#[derive(Debug, Default)]
pub(super) struct Outages(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// `true` if the log says that the store is unreachable.
    is_logged: bool,
    /// The time of the last warning.
    logged_at: Option<Duration>,
}

/// The outages of all stores of the process, by [`RateLimitStore::identity`].
static STORES: Mutex<BTreeMap<usize, Weak<Outages>>> = Mutex::new(BTreeMap::new());

impl Outages {
    pub(super) fn of(store: &dyn RateLimitStore) -> Arc<Self> {
        let mut stores = STORES.lock().unwrap_or_else(PoisonError::into_inner);
        let known = stores.get(&store.identity()).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            stores.retain(|_, outages| outages.strong_count() > 0);
            let created: Arc<Self> = Arc::default();
            stores.insert(store.identity(), Arc::downgrade(&created));
            created
        })
    }

    /// Notes that a lane goes on without the store, because of an error, or because the store has
    /// lost its state.
    pub(super) fn begin(&self, now: Duration, lane: &str, share: Option<u64>, error: Option<&str>) {
        let error = error.unwrap_or("it has lost its state");
        if !self.state().is_warning_due(now) {
            return;
        }
        tracing::warn!(
            target: "toolsmith",
            lane,
            share,
            error,
            "the store of rate limits is unreachable; calls continue with a local share of the last known limit"
        );
    }

    /// Notes that the store has responded.
    pub(super) fn end(&self) {
        let was_logged = std::mem::take(&mut self.state().is_logged);
        if was_logged {
            tracing::info!(
                target: "toolsmith",
                "the store of rate limits is reachable again"
            );
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns `true` if an outage is to be logged now.
    fn is_warning_due(&mut self, now: Duration) -> bool {
        let is_recent = |at: Duration| now < at.saturating_add(MIN_INTERVAL);
        if self.is_logged || self.logged_at.is_some_and(is_recent) {
            return false;
        }
        self.is_logged = true;
        self.logged_at = Some(now);
        true
    }
}
