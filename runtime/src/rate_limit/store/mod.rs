//! A store of rate limits, which several processes share.
//!
//! A rate limit belongs to an account, so programs that run as several processes share it. A
//! [`RateLimitStore`] keeps the state of the limit outside of the processes, and leases calls to them.
//! Set it with [`ClientBuilder::rate_limit_store`](crate::ClientBuilder::rate_limit_store). The package
//! `toolsmith-redis` has one that uses Redis or Valkey.
//!
//! Calls still wait in the order of their arrival in each process. A process leases several calls at
//! once, so most calls need no request to the store. If the store does not respond, calls continue with a
//! share of the last known limit; see [`StoreState`](super::StoreState).

mod driver;
mod error;
mod key;
mod ledger;
mod memory;
mod outage;
mod queue;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use driver::StoreLink;
pub use error::StoreError;
pub use key::LaneKey;
pub use ledger::Ledger;
pub use memory::MemoryStore;

pub use super::lease::{Lease, LeaseRefusal, LeaseRequest, Remaining, SentCalls};
use super::queue::Queue;

/// The future of a request to a store.
pub type StoreFuture<'a> = Pin<Box<dyn Future<Output = Result<Lease, StoreError>> + Send + 'a>>;

/// The state of rate limits that several processes share.
///
/// An implementation must guarantee:
///
/// - Requests for one lane have an effect one after the other, each as a whole.
/// - A request has the effect and the reply that [`Ledger::exchange`] describes, with the time of one
///   clock for all processes. It is the store's own, so that the clocks of the processes do not matter.
/// - A lane that is not asked for is forgotten a minute after its windows, pauses and leases are over,
///   and not earlier, except when the store loses its state. Then its next epoch has a higher number than all
///   before, and the store tells every process to stand by until all of them have reported.
/// - The future may be dropped at any time. The request then has an effect or none.
///
/// An implementation needs no retries, no timeout and no fallback: the caller has them.
///
/// ```
/// use toolsmith_runtime::rate_limit::store::{
///     LaneKey, LeaseRequest, MemoryStore, RateLimitStore, StoreFuture,
/// };
///
/// /// Counts the requests to another store.
/// struct Counted {
///     store: MemoryStore,
///     requests: std::sync::atomic::AtomicU64,
/// }
///
/// impl RateLimitStore for Counted {
///     fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a> {
///         self.requests.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         self.store.exchange(lane, request)
///     }
/// }
/// ```
pub trait RateLimitStore: Send + Sync + 'static {
    /// Reports what a process has learned, takes back what it does not need, and leases calls.
    fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a>;

    /// Returns the time after which a request has failed. The default is 500 ms. Calls that wait for
    /// the store wait no longer than twice this time, or twice as long if the runtime that asks the
    /// store is not polled.
    fn timeout(&self) -> Duration {
        Duration::from_millis(500)
    }

    /// Returns the number of processes among which the limit is divided while the store does not
    /// respond, if it is higher than the number of known ones. The default is 1.
    fn expected_processes(&self) -> u64 {
        1
    }

    /// Returns a number that all clones of a store have in common, so that its outages are logged
    /// once for all clients that use it. The default is the address of the value.
    fn identity(&self) -> usize {
        std::ptr::from_ref(self).cast::<()>().addr()
    }
}

impl<S: RateLimitStore + ?Sized> RateLimitStore for Arc<S> {
    fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a> {
        (**self).exchange(lane, request)
    }

    fn timeout(&self) -> Duration {
        (**self).timeout()
    }

    fn expected_processes(&self) -> u64 {
        (**self).expected_processes()
    }

    fn identity(&self) -> usize {
        (**self).identity()
    }
}
