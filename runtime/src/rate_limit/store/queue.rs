//! The queue of a lane, as the driver of its store sees it.

use std::task::Waker;
use std::time::Duration;

use super::Queue;
use crate::rate_limit::lease::{Connection, Farewell, Lease, Plan};

impl Queue {
    /// Shares the lane between processes, unless it is shared already.
    pub(super) fn share_lane(&self, process: u64, timeout: Duration, processes: u64) {
        let mut state = self.state.lock();
        state.lane.share(process, timeout, processes);
    }

    /// Claims the driver. Returns `None` if there is one already.
    pub(super) fn claim_driver(&self) -> Option<Farewell> {
        self.state.lock().lane.claim_driver()
    }

    pub(super) fn driver_ended(&self, now: Duration) {
        self.change(now, |state, _| state.lane.driver_ended(now));
    }

    /// Returns the next step of the driver.
    pub(super) fn plan(&self, now: Duration) -> Option<Plan> {
        let mut state = self.state.lock();
        let waiting = u64::try_from(state.waiting.len()).unwrap_or(u64::MAX);
        state.lane.plan(now, waiting)
    }

    /// Parks the driver until its waker is woken. Returns `false` if it has something to do.
    pub(super) fn park(&self, now: Duration, waker: &Waker) -> bool {
        let mut state = self.state.lock();
        state.lane.park_driver(waker);
        let waiting = state.waiting.len();
        state.lane.woken_driver(now, waiting).is_none()
    }

    /// Takes the reply of the store, or notes that there is none.
    pub(super) fn lease(&self, now: Duration, lease: Option<&Lease>) -> Connection {
        self.change(now, |state, _| state.lane.lease(now, lease))
    }
}
