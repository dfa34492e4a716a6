//! A store in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{LaneKey, Ledger, RateLimitStore, StoreFuture};
use crate::clock::{Clock, SystemClock};
use crate::rate_limit::lease::LeaseRequest;

/// A store in the memory of one process, for tests: several clients, each with its own clock or
/// transport, share it like processes.
#[derive(Debug, Default)]
pub struct MemoryStore {
    clock: SystemClock,
    lanes: Mutex<BTreeMap<LaneKey, Ledger>>,
}

impl MemoryStore {
    /// Forgets all lanes, like a store that has lost its data.
    pub fn clear(&self) {
        self.lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn now(&self) -> Duration {
        // Far from zero, as the time of day is.
        Duration::from_secs(1_000_000).saturating_add(self.clock.elapsed())
    }
}

impl RateLimitStore for MemoryStore {
    fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a> {
        Box::pin(async move {
            let now = self.now();
            let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            let ledger = lanes.entry(lane.clone()).or_default();
            Ok(ledger.exchange(now, &request))
        })
    }
}
