//! The driver of a lane: the task that may ask the store, and the time at which it is to act. Pure: the
//! time is a parameter.

use std::task::Waker;
use std::time::Duration;

use super::{Farewell, LeasedCalls};

/// The number of drivers in a row that are not polled in time, after which calls go on without the store.
const MAX_UNPOLLED: u32 = 2;

/// The right to ask the store for a lane.
#[derive(Debug)]
pub(in crate::rate_limit) struct DriverClaim {
    /// The number of the driver. A higher one replaces it.
    pub(in crate::rate_limit) number: u64,
    /// The request that leaves the lane, once it is dropped.
    pub(in crate::rate_limit) farewell: Farewell,
}

/// The state of the driver.
#[derive(Debug, Default)]
pub(super) struct DriverState {
    is_there: bool,
    number: u64,
    /// The waker of a driver that sleeps.
    waker: Option<Waker>,
    /// The time at which it is to act, unless a request is under way; `None` if it sleeps until it is
    /// woken.
    due: Option<Duration>,
    /// The number of drivers in a row that were not polled in time.
    unpolled: u32,
}

impl DriverState {
    /// Wakes the driver.
    pub(super) fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Returns `true` if no runtime polls the drivers.
    pub(super) fn is_given_up(&self) -> bool {
        self.unpolled >= MAX_UNPOLLED
    }

    /// Notes that the driver is polled, and is to act at this time.
    pub(super) fn plan(&mut self, due: Option<Duration>) {
        self.due = due;
        self.unpolled = 0;
    }

    /// Notes that a request has ended, so that the driver is to plan the next one.
    pub(super) fn goes_on(&mut self, now: Duration) {
        self.due = Some(now);
    }
}

impl LeasedCalls {
    /// Claims the driver, which also sends the last request. Returns `None` if there is one already.
    ///
    /// A lane belongs to the whole process, and its driver to the runtime of one call. If that
    /// runtime is not polled, a call of another one takes over.
    pub(in crate::rate_limit) fn claim_driver(&mut self, now: Duration) -> Option<DriverClaim> {
        if self.driver.is_there {
            if !self.is_stuck(now) {
                return None;
            }
            self.driver.unpolled = self.driver.unpolled.saturating_add(1);
            self.abandon_request();
        }
        let number = self.driver.number + 1;
        self.driver = DriverState {
            is_there: true,
            number,
            waker: None,
            due: Some(now),
            unpolled: self.driver.unpolled,
        };
        Some(DriverClaim {
            number,
            farewell: self.farewell.clone(),
        })
    }

    /// Returns `true` if a driver is the one of the lane.
    pub(in crate::rate_limit) fn has_driver(&self, number: u64) -> bool {
        self.driver.is_there && self.driver.number == number
    }

    /// Returns the time at which the driver is to act, or at which it has asked.
    pub(super) fn acts_at(&self) -> Option<Duration> {
        self.asking_since.or(self.driver.due)
    }

    /// Returns `true` if the driver was to act long ago.
    fn is_stuck(&self, now: Duration) -> bool {
        let acts_at = self.acts_at();
        acts_at.is_some_and(|at| now >= at.saturating_add(self.longest_wait()))
    }

    /// Notes that a driver has ended, with or without its request.
    pub(in crate::rate_limit) fn driver_ended(&mut self, now: Duration, number: u64) {
        if !self.has_driver(number) {
            return;
        }
        if self.asking_since.is_some() {
            self.failed(now);
        }
        self.driver = DriverState {
            number,
            ..DriverState::default()
        };
    }

    /// Sets the waker of the driver.
    pub(in crate::rate_limit) fn park_driver(&mut self, waker: &Waker) {
        match &mut self.driver.waker {
            Some(parked) => parked.clone_from(waker),
            None => self.driver.waker = Some(waker.clone()),
        }
    }

    /// Returns the waker of the driver if it has something to do.
    pub(in crate::rate_limit) fn woken_driver(
        &mut self,
        now: Duration,
        waiting: u64,
    ) -> Option<Waker> {
        if self.driver.waker.is_none() || self.asking_since.is_some() {
            return None;
        }
        let next = self.next_request(now, waiting)?;
        if next > now && self.driver.due.is_some_and(|due| next >= due) {
            return None;
        }
        self.driver.due = Some(now);
        self.driver.waker.take()
    }
}
