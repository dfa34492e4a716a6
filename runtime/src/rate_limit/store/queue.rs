//! The queue of a lane, as the driver of its store sees it.

use std::task::Waker;
use std::time::Duration;

use super::Queue;
use crate::rate_limit::lease::{Connection, DriverClaim, Lease, Plan};

impl Queue {
    /// Shares the lane between processes, unless it is shared already.
    pub(super) fn share_lane(&self, process: u64, timeout: Duration, processes: u64) {
        let mut state = self.state.lock();
        state.lane.share(process, timeout, processes);
    }

    /// Returns the reason for which the store is unreachable for this lane, if it is.
    pub(in crate::rate_limit) fn store_error(&self, now: Duration) -> Option<String> {
        let state = self.state.lock();
        state.lane.store_error(now).map(str::to_owned)
    }

    /// Claims the driver. Returns `None` if there is one already.
    pub(super) fn claim_driver(&self, now: Duration) -> Option<DriverClaim> {
        self.state.lock().lane.claim_driver(now)
    }

    pub(super) fn driver_ended(&self, now: Duration, driver: u64) {
        self.change(now, |state, _| state.lane.driver_ended(now, driver));
    }

    /// Returns the next step of a driver; `None` if it is to end.
    pub(super) fn plan(&self, now: Duration, driver: u64) -> Option<Plan> {
        let mut state = self.state.lock();
        let waiting = u64::try_from(state.waiting.len()).unwrap_or(u64::MAX);
        state.lane.plan(now, driver, waiting)
    }

    /// Parks a driver until its waker is woken. Returns `false` if it has something to do.
    pub(super) fn park(&self, now: Duration, driver: u64, waker: &Waker) -> bool {
        let mut state = self.state.lock();
        let waiting = state.waiting.len();
        state.lane.park_driver(driver, waker) && state.lane.woken_driver(now, waiting).is_none()
    }

    /// Takes the reply of the store, or notes the reason for which there is none. Returns `None` if
    /// another driver has replaced this one.
    pub(super) fn lease(
        &self,
        now: Duration,
        driver: u64,
        lease: Result<&Lease, &str>,
    ) -> Option<Connection> {
        self.change(now, |state, _| state.lane.lease(now, driver, lease))
    }
}
