//! A lane that is shared between processes.

use std::task::Waker;
use std::time::Duration;

use super::{Lane, Probe};
use crate::rate_limit::lease::{Connection, Farewell, Lease, LeasedCalls, Plan, StoreState};

impl Lane {
    /// Returns `true` if the lane is shared between processes.
    pub(in crate::rate_limit) fn is_leased(&self) -> bool {
        self.leased.is_some()
    }

    /// Returns `true` if a store decides whether the next call may be sent, and allows it. Fails with
    /// the time to ask again if it may not be sent.
    pub(super) fn check_lease(&mut self, now: Duration) -> Result<bool, Duration> {
        let Some(leased) = &mut self.leased else {
            return Ok(false);
        };
        leased.check(now)?;
        let is_shared = leased.is_shared(now);
        if is_shared {
            // The store lets one call of all processes go first.
            self.probe = Probe::Done;
        }
        Ok(is_shared)
    }

    pub(super) fn store_state(&self, now: Duration) -> Option<StoreState> {
        let leased = self.leased.as_ref()?;
        Some(leased.store_state(now))
    }

    /// Shares the lane, unless it is shared already.
    pub(in crate::rate_limit) fn share(&mut self, process: u64, timeout: Duration, processes: u64) {
        if self.leased.is_none() {
            let slow_start = self.in_flight.first();
            let mut leased = LeasedCalls::new(process, timeout, processes, slow_start);
            leased.set_quota(self.quota());
            self.leased = Some(Box::new(leased));
        }
    }

    /// Returns the next step of the driver; `None` if the lane is not shared.
    pub(in crate::rate_limit) fn plan(&mut self, now: Duration, waiting: u64) -> Option<Plan> {
        Some(self.leased.as_mut()?.plan(now, waiting))
    }

    /// Takes the reply of the store, or notes that there is none.
    pub(in crate::rate_limit) fn lease(
        &mut self,
        now: Duration,
        lease: Option<&Lease>,
    ) -> Connection {
        let last = self.last;
        match (&mut self.leased, lease) {
            (Some(leased), Some(lease)) => leased.granted(lease, now, last),
            (Some(leased), None) => leased.failed(now),
            (None, _) => Connection::Unchanged,
        }
    }

    pub(in crate::rate_limit) fn claim_driver(&mut self) -> Option<Farewell> {
        self.leased.as_mut()?.claim_driver()
    }

    pub(in crate::rate_limit) fn driver_ended(&mut self, now: Duration) {
        if let Some(leased) = &mut self.leased {
            leased.driver_ended(now);
        }
    }

    pub(in crate::rate_limit) fn park_driver(&mut self, waker: &Waker) {
        if let Some(leased) = &mut self.leased {
            leased.park_driver(waker);
        }
    }

    /// Returns the waker of the driver if it has something to do.
    pub(in crate::rate_limit) fn woken_driver(
        &mut self,
        now: Duration,
        waiting: usize,
    ) -> Option<Waker> {
        let leased = self.leased.as_mut()?;
        leased.woken_driver(now, u64::try_from(waiting).unwrap_or(u64::MAX))
    }
}
