//! One renewal of a token, which all calls that need it share.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::caught::Panicked;

/// A renewal. Clones share it, and each of them drives it; what one of them started is not lost if it
/// is dropped.
#[derive(Clone)]
pub(in crate::client) struct Renewal(Arc<Shared>);

struct Shared {
    work: Mutex<Work>,
    is_done: AtomicBool,
    has_task: AtomicBool,
    waiting: Arc<Waiting>,
}

type RenewalResult = Result<(), RenewalFailure>;

enum Work {
    Running(Pin<Box<dyn Future<Output = RenewalResult> + Send>>),
    Done(RenewalResult),
}

/// The calls that wait for a renewal. Waking it wakes all of them.
#[derive(Default)]
struct Waiting(Mutex<Vec<Waker>>);

/// The reason for which there is no new token.
#[derive(Clone)]
pub(in crate::client) struct RenewalFailure(Arc<dyn std::error::Error + Send + Sync>);

impl RenewalFailure {
    pub(super) fn of_provider(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self(error.into())
    }

    /// Creates the failure of a token that cannot be sent.
    pub(super) fn invalid() -> Self {
        Self::of_provider("the token is empty or not a valid header value".into())
    }

    /// Creates the failure of a provider that panicked.
    pub(super) fn panicked(_: Panicked) -> Self {
        Self::of_provider("the provider panicked".into())
    }

    pub(in crate::client) fn into_source(self) -> Arc<dyn std::error::Error + Send + Sync> {
        self.0
    }
}

impl fmt::Debug for RenewalFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RenewalFailure")
    }
}

/// A renewal that is due.
pub(in crate::client) struct DueRenewal {
    pub(super) renewal: Renewal,
    /// `true` if the old token holds, and a task drives the renewal.
    pub(in crate::client) is_early: bool,
}

impl DueRenewal {
    /// Returns `true` if the provider has not finished.
    pub(in crate::client) fn is_pending(&mut self) -> bool {
        // The task is woken, and no one else has to be.
        let polled = Pin::new(&mut self.renewal).poll(&mut Context::from_waker(Waker::noop()));
        polled.is_pending()
    }
}

impl Future for DueRenewal {
    type Output = RenewalResult;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<RenewalResult> {
        Pin::new(&mut self.renewal).poll(context)
    }
}

impl Renewal {
    pub(super) fn new(work: impl Future<Output = RenewalResult> + Send + 'static) -> Self {
        Self(Arc::new(Shared {
            work: Mutex::new(Work::Running(Box::pin(work))),
            is_done: AtomicBool::new(false),
            has_task: AtomicBool::new(false),
            waiting: Arc::default(),
        }))
    }

    /// Notes that a task drives it.
    pub(super) fn set_task(&self) {
        self.0.has_task.store(true, Ordering::Release);
    }

    /// Returns `true` if a task drives it, so that no one has to wait for it.
    pub(super) fn has_task(&self) -> bool {
        self.0.has_task.load(Ordering::Acquire)
    }

    /// Returns `true` if it has ended.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_done.load(Ordering::Acquire)
    }
}

impl Future for Renewal {
    type Output = RenewalResult;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<RenewalResult> {
        let shared = &self.0;
        // First, so that an end that is noticed by another clone from here on wakes this one.
        shared.waiting.add(context.waker());
        let outcome = {
            let mut work = shared.work.lock().unwrap_or_else(PoisonError::into_inner);
            match &mut *work {
                Work::Done(outcome) => return Poll::Ready(outcome.clone()),
                Work::Running(running) => {
                    let waker = Waker::from(Arc::clone(&shared.waiting));
                    let polled = running.as_mut().poll(&mut Context::from_waker(&waker));
                    let Poll::Ready(outcome) = polled else {
                        return Poll::Pending;
                    };
                    *work = Work::Done(outcome.clone());
                    outcome
                }
            }
        };
        shared.is_done.store(true, Ordering::Release);
        shared.waiting.wake_all();
        Poll::Ready(outcome)
    }
}

impl Waiting {
    fn add(&self, waker: &Waker) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}
