//! A lane that is shared between processes.

use std::task::Waker;
use std::time::Duration;

use super::{Lane, Pass, Probe};
use crate::rate_limit::lease::{Connection, DriverClaim, Lease, LeasedCalls, Plan, StoreState};

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

    /// Marks a call as not sent yet.
    pub(super) fn hold_leased(&mut self) {
        if let Some(leased) = &mut self.leased {
            leased.hold();
        }
    }

    /// Marks a call as not held, if it was.
    pub(super) fn release_leased(&mut self, pass: Pass) {
        if let Some(leased) = self.leased.as_mut().filter(|_| pass.is_held) {
            leased.release();
        }
    }

    pub(super) fn store_state(&self, now: Duration) -> Option<StoreState> {
        let leased = self.leased.as_ref()?;
        Some(leased.store_state(now))
    }

    /// Returns the reason for which the store is unreachable, if it is.
    pub(in crate::rate_limit) fn store_error(&self, now: Duration) -> Option<&str> {
        self.leased.as_ref()?.store_error(now)
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

    /// Returns the leased calls; `None` if another driver has replaced this one.
    fn driven_by(&mut self, driver: u64) -> Option<&mut LeasedCalls> {
        let leased = self.leased.as_deref_mut();
        leased.filter(|leased| leased.has_driver(driver))
    }

    /// Returns the next step of a driver; `None` if it is to end.
    pub(in crate::rate_limit) fn plan(
        &mut self,
        now: Duration,
        driver: u64,
        waiting: u64,
    ) -> Option<Plan> {
        let recent = self.quota.as_mut().map(|quota| quota.recent(now));
        let leased = self.driven_by(driver)?;
        leased.set_recent(recent.unwrap_or_default());
        Some(leased.plan(now, waiting))
    }

    /// Takes the reply of the store, or notes the reason for which there is none. Returns `None` if
    /// another driver has replaced this one.
    pub(in crate::rate_limit) fn lease(
        &mut self,
        now: Duration,
        driver: u64,
        lease: Result<&Lease, &str>,
    ) -> Option<Connection> {
        let last = self.last;
        let leased = self.driven_by(driver)?;
        Some(match lease {
            Ok(lease) => leased.granted(lease, now, last),
            Err(reason) => leased.failed_because(now, reason),
        })
    }

    pub(in crate::rate_limit) fn claim_driver(&mut self, now: Duration) -> Option<DriverClaim> {
        self.leased.as_mut()?.claim_driver(now)
    }

    pub(in crate::rate_limit) fn driver_ended(&mut self, now: Duration, driver: u64) {
        if let Some(leased) = &mut self.leased {
            leased.driver_ended(now, driver);
        }
    }

    /// Parks a driver. Returns `false` if another one has replaced it.
    pub(in crate::rate_limit) fn park_driver(&mut self, driver: u64, waker: &Waker) -> bool {
        let leased = self.driven_by(driver);
        leased.map(|leased| leased.park_driver(waker)).is_some()
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
