//! The driver of a shared lane: the task that asks the store.

use std::fmt;
use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Weak};
use std::task::{Poll, Waker};
use std::time::Duration;

use super::outage::Outages;
use super::{LaneKey, RateLimitStore, StoreError};
use crate::clock::{Clock, within};
use crate::rate_limit::lease::{Connection, DriverClaim, Lease, LeaseRequest, Plan};
use crate::rate_limit::queue::Queue;

/// A store, and the names of the lanes of one client in it.
#[derive(Clone)]
pub(crate) struct StoreLink {
    pub(super) store: Arc<dyn RateLimitStore>,
    token: LaneKey,
    account: LaneKey,
    outages: Arc<Outages>,
}

impl fmt::Debug for StoreLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StoreLink")
            .field("token", &self.token)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl StoreLink {
    /// Creates the link of a client.
    pub(crate) fn new(
        store: Arc<dyn RateLimitStore>,
        base_url: &str,
        token: &str,
        account: &str,
    ) -> Self {
        Self {
            outages: Outages::of(&*store),
            store,
            token: LaneKey::new(base_url, token, None),
            account: LaneKey::new(base_url, token, Some(account)),
        }
    }

    /// Shares the lanes of a client.
    pub(crate) fn share(&self, token: &Queue, account: &Queue) {
        for queue in [token, account] {
            // Every lane of every process has another hasher.
            let process = RandomState::new().hash_one(std::process::id());
            // Exact as a number of any language.
            let process = (process >> 12).max(1);
            let store = &self.store;
            queue.share_lane(process, store.timeout(), store.expected_processes());
        }
    }

    /// Makes sure that the lane of the account has a driver.
    pub(crate) fn drive_account(&self, queue: &Arc<Queue>, clock: &Arc<dyn Clock>) {
        self.drive(queue, &self.account, clock);
    }

    /// Makes sure that the lane of the token has a driver.
    pub(crate) fn drive_token(&self, queue: &Arc<Queue>, clock: &Arc<dyn Clock>) {
        self.drive(queue, &self.token, clock);
    }

    fn drive(&self, queue: &Arc<Queue>, key: &LaneKey, clock: &Arc<dyn Clock>) {
        let Some(claim) = queue.claim_driver(clock.elapsed()) else {
            return;
        };
        // Also ends the claim if there is no runtime, or if it shuts down.
        let driver = Driver {
            queue: Arc::downgrade(queue),
            store: Arc::clone(&self.store),
            outages: Arc::clone(&self.outages),
            key: key.clone(),
            clock: Arc::clone(clock),
            claim,
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(driver.run()));
        } else {
            let error = StoreError::new("the calls do not run in a runtime of tokio");
            driver.settle(queue, &Err(error));
        }
    }
}

/// The task that asks the store for one lane.
struct Driver {
    queue: Weak<Queue>,
    store: Arc<dyn RateLimitStore>,
    outages: Arc<Outages>,
    key: LaneKey,
    clock: Arc<dyn Clock>,
    claim: DriverClaim,
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(queue) = self.queue.upgrade() {
            queue.driver_ended(self.clock.elapsed(), self.claim.number);
        }
    }
}

impl Driver {
    async fn run(self) {
        loop {
            let step = {
                let Some(queue) = self.queue.upgrade() else {
                    break;
                };
                queue.plan(self.clock.elapsed(), self.claim.number)
            };
            match step {
                Some(Plan::Ask(request)) => self.ask(*request).await,
                Some(Plan::Sleep(until)) => self.sleep(until).await,
                None => return,
            }
        }
        self.leave().await;
    }

    async fn ask(&self, request: LeaseRequest) {
        let outcome = self.exchange(request).await;
        if let Some(queue) = self.queue.upgrade() {
            self.settle(&queue, &outcome);
        }
    }

    async fn exchange(&self, request: LeaseRequest) -> Result<Lease, StoreError> {
        let time = self.store.timeout();
        let exchange = self.store.exchange(&self.key, request);
        let outcome = within(&*self.clock, time, exchange).await;
        outcome.unwrap_or_else(|| {
            let message = format!("no response in {} ms", time.as_millis());
            Err(StoreError::new(message))
        })
    }

    /// Gives the outcome of a request to the lane, and logs a change of the connection.
    fn settle(&self, queue: &Queue, outcome: &Result<Lease, StoreError>) {
        let now = self.clock.elapsed();
        let error = outcome.as_ref().err().map(StoreError::to_string);
        let lease = outcome
            .as_ref()
            .map_err(|_| error.as_deref().unwrap_or_default());
        match queue.lease(now, self.claim.number, lease) {
            Some(Connection::Alone { share }) => {
                let error = error.as_deref();
                self.outages.begin(now, self.key.as_str(), share, error);
            }
            Some(Connection::Shared) => self.outages.end(),
            // Another driver has replaced this one.
            None => {}
        }
    }

    /// Sleeps until a time, or until the lane wakes the driver.
    async fn sleep(&self, until: Option<Duration>) {
        let now = self.clock.elapsed();
        let mut alarm = until.map(|until| self.clock.sleep(until.saturating_sub(now)));
        let mut is_parked = false;
        poll_fn(|context| {
            let Some(queue) = self.queue.upgrade() else {
                return Poll::Ready(());
            };
            // Woken by the lane, or by something else: the plan shows what there is to do.
            if is_parked || !self.park(&queue, context.waker()) {
                return Poll::Ready(());
            }
            is_parked = true;
            match &mut alarm {
                Some(alarm) => alarm.as_mut().poll(context),
                None => Poll::Pending,
            }
        })
        .await;
    }

    fn park(&self, queue: &Queue, waker: &Waker) -> bool {
        queue.park(self.clock.elapsed(), self.claim.number, waker)
    }

    /// Reports the final counts and gives back the calls that were not sent, after the last client of the
    /// process is gone.
    async fn leave(&self) {
        if let Some(request) = self.claim.farewell.take(self.clock.elapsed()) {
            // It is a courtesy: without it, the lease expires.
            drop(self.exchange(request).await);
        }
    }
}
