//! Shuts a client down: waits for calls in flight and cancels waiting ones.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Notify;

use super::Client;
use crate::clock::{Clock, within};

/// The outcome of [`Client::drain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// The number of calls that had been sent and have ended since.
    pub finished: usize,
    /// The number of calls that waited, for the rate limit or a retry, and were cancelled.
    pub cancelled: usize,
    /// The number of calls that were still in flight at the deadline. They continue while their futures
    /// are polled.
    pub unfinished: usize,
}

impl Drained {
    /// Returns `true` if every call that had been sent ended before the deadline.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unfinished == 0
    }
}

/// The state that a client shares with its clones and accounts.
#[derive(Default)]
pub(super) struct Drain {
    has_started: AtomicBool,
    in_flight: AtomicUsize,
    waiting: AtomicUsize,
    started: Notify,
    ended: Notify,
}

/// A sent call. It ends when this is dropped.
pub(super) struct InFlight(Arc<Drain>);

/// A call that waits, until this is dropped.
struct Waiting<'a>(&'a AtomicUsize);

/// The client is drained, so that nothing may be sent.
pub(super) struct IsDraining;

impl Drain {
    /// Counts a call that is about to be sent.
    pub(super) fn begin(self: &Arc<Self>) -> Result<InFlight, IsDraining> {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        // After it was counted, so that a drain that begins now waits for it, or is seen here.
        let in_flight = InFlight(Arc::clone(self));
        if self.has_started() {
            return Err(IsDraining);
        }
        Ok(in_flight)
    }

    /// Returns `true` if no further call may be sent.
    pub(super) fn has_started(&self) -> bool {
        self.has_started.load(Ordering::SeqCst)
    }

    /// Waits for `work`, unless the client is drained.
    pub(super) async fn or<F: Future>(&self, work: F) -> Result<F::Output, IsDraining> {
        let mut work = pin!(work);
        // Made if the work has to wait, and in a box, because most work does not.
        let mut waiting = None;
        poll_fn(|context| {
            if self.has_started() {
                return Poll::Ready(Err(IsDraining));
            }
            if let Poll::Ready(output) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            let (_, notified) = waiting.get_or_insert_with(|| {
                let notified = Box::pin(self.started.notified());
                (Waiting::count(&self.waiting), notified)
            });
            if notified.as_mut().poll(context).is_ready() || self.has_started() {
                return Poll::Ready(Err(IsDraining));
            }
            Poll::Pending
        })
        .await
    }

    async fn drain(&self, clock: &dyn Clock, deadline: Duration) -> Drained {
        self.has_started.store(true, Ordering::SeqCst);
        let before = self.in_flight.load(Ordering::SeqCst);
        let cancelled = self.waiting.load(Ordering::SeqCst);
        self.started.notify_waiters();
        let all_ended = async {
            loop {
                let ended = self.ended.notified();
                if self.in_flight.load(Ordering::SeqCst) == 0 {
                    return;
                }
                ended.await;
            }
        };
        // The counts show whether the deadline was met.
        let _in_time = within(clock, deadline, all_ended).await;
        let unfinished = self.in_flight.load(Ordering::SeqCst);
        Drained {
            finished: before.saturating_sub(unfinished),
            cancelled,
            unfinished,
        }
    }
}

impl<'a> Waiting<'a> {
    fn count(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
        if self.0.has_started() {
            self.0.ended.notify_waiters();
        }
    }
}

impl<A> Client<A> {
    /// Stops this client, its clones and its [accounts](Self::for_account), for a shutdown.
    ///
    /// Waits up to `deadline` for calls in flight to finish. Calls waiting for the rate limit, a retry or a token
    /// are cancelled with [`Error::Draining`](crate::Error::Draining), and so are all later calls. The client
    /// cannot be used again.
    ///
    /// ```
    /// use std::time::Duration;
    /// use toolsmith_runtime::Client;
    ///
    /// async fn shut_down(client: &Client) {
    ///     let drained = client.drain(Duration::from_secs(30)).await;
    ///     println!("{} calls ended, {} were cancelled", drained.finished, drained.cancelled);
    /// }
    /// ```
    pub async fn drain(&self, deadline: Duration) -> Drained {
        let shared = self.shared();
        shared.drain.drain(&*shared.clock, deadline).await
    }
}
