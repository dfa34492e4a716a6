//! A store and the processes that ask it, for tests that say what each process reports.

use std::collections::BTreeMap;
use std::time::Duration;

use toolsmith_runtime::rate_limit::store::{Lease, LeaseRequest, Remaining};

use super::world::World;

/// A store and the processes that ask it.
pub(super) struct Store {
    pub(super) world: World,
    /// The number of the last request of each process, and the epoch that it knows.
    pub(super) known: BTreeMap<u64, (u64, u64)>,
    pub(super) quota: Option<(u64, Duration)>,
}

pub(super) fn time(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

impl Store {
    pub(super) fn new() -> Self {
        Self {
            world: World::new(None),
            known: BTreeMap::new(),
            quota: None,
        }
    }

    /// Creates a store whose processes 1 and 2 know the limit, of which 44 calls are left.
    pub(super) fn in_use(window: u64) -> Self {
        let mut store = Self::new();
        store.ask(1, |request| request.waiting = 1);
        store.world.now += 200;
        for (process, left) in [(1, 49), (2, 44)] {
            let serial = store.ask(process, |_| {}).serial;
            store.ask(process, |request| {
                report(request, left, serial, window);
                request.limit = Some(50);
                request.window = Some(time(window));
            });
        }
        store
    }

    /// Creates a store without a limit of the server whose first window is over.
    pub(super) fn with_quota(calls: u64, window: u64) -> Self {
        let mut store = Self::new();
        store.quota = Some((calls, time(window)));
        store.ask(1, |request| request.waiting = 1);
        store.world.now += 200;
        store.ask(1, |request| {
            (request.spent, request.sent.total, request.has_response) = (1, 1, true);
        });
        store.world.now += 2 * window;
        store
    }

    /// Lets a process ask in the epoch that it knows.
    pub(super) fn ask(&mut self, process: u64, set: impl FnOnce(&mut LeaseRequest)) -> Lease {
        let lease = self.ask_in_vain(process, set);
        if let Some((_, epoch)) = self.known.get_mut(&process) {
            *epoch = lease.epoch;
        }
        lease
    }

    /// The same if the reply is lost.
    pub(super) fn ask_in_vain(
        &mut self,
        process: u64,
        set: impl FnOnce(&mut LeaseRequest),
    ) -> Lease {
        let (turn, epoch) = self.known.entry(process).or_default();
        *turn += 1;
        let mut request = LeaseRequest::default();
        (request.process, request.turn, request.epoch) = (process, *turn, *epoch);
        (request.slow_start, request.quota) = (10, self.quota);
        request.knows_lane = *epoch > 0;
        set(&mut request);
        self.world.exchange(&request)
    }

    /// Lets a process ask that has sent calls without the store.
    pub(super) fn ask_resumed(&mut self, process: u64) -> Lease {
        self.ask(process, |request| {
            (request.waiting, request.is_resumed) = (50, true);
            (request.known_limit, request.known_window) = (Some(50), Some(time(2000)));
        })
    }
}

/// Adds a report of calls left.
pub(super) fn report(request: &mut LeaseRequest, left: u64, serial: u64, reset: u64) {
    request.has_response = true;
    request.remaining = Some(Remaining::new(left, serial));
    request.reset = Some(time(reset));
}
