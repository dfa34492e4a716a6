//! Calls that are held while a person decides, and decisions about their requests elsewhere.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{Approval, ApprovalInbox, ApprovalRequest, Approver};
use crate::caught::{Caught, Panicked};
use crate::clock::Clock;

/// The held calls of this process, by the random identifiers of their requests. A toolbox may resume the request of
/// another.
static HELD: Mutex<BTreeMap<String, Held>> = Mutex::new(BTreeMap::new());

#[derive(Debug, Default)]
struct Held {
    waker: Option<Waker>,
    decision: Option<Approval>,
}

/// The time for which an approver goes on after the request has expired. It may have resumed the request itself.
const MAX_ASKING_TIME: Duration = Duration::from_secs(600);

/// A held call, until this is dropped.
struct Hold<'a>(&'a str);

/// The decision about a held call.
pub(in crate::agent) enum HeldDecision {
    /// The approver decided.
    Here(Approval),
    /// The stored request of the call was resumed meanwhile.
    Elsewhere(Approval),
}

/// Asks an approver and holds the call until there is a decision. If that is made elsewhere, the approver goes on
/// until some time after the request has expired.
///
/// # Errors
///
/// The approver panicked.
pub(in crate::agent) async fn ask(
    approver: &Arc<dyn Approver>,
    request: &ApprovalRequest,
    clock: &dyn Clock,
) -> Result<HeldDecision, Panicked> {
    let (approver, asked) = (Arc::clone(approver), request.clone());
    let mut asking = Caught(Box::pin(async move { approver.approve(asked).await }));
    // Without a seal, a request cannot be resumed, and its identifier is not random.
    let hold = (!request.seal.is_empty()).then(|| Hold::begin(&request.id));
    let decided = poll_fn(|context| {
        if let Poll::Ready(approval) = Pin::new(&mut asking).poll(context) {
            return Poll::Ready(approval.map(HeldDecision::Here));
        }
        match hold.as_ref().and_then(|hold| hold.decision(context)) {
            Some(approval) => Poll::Ready(Ok(HeldDecision::Elsewhere(approval))),
            None => Poll::Pending,
        }
    });
    let decided = decided.await;
    if let Ok(HeldDecision::Elsewhere(_)) = decided
        && let Ok(runtime) = tokio::runtime::Handle::try_current()
    {
        let left = request.expires_at.duration_since(clock.now());
        let mut over = clock.sleep(left.unwrap_or_default().saturating_add(MAX_ASKING_TIME));
        runtime.spawn(poll_fn(move |context| {
            if Pin::new(&mut asking).poll(context).is_ready() {
                return Poll::Ready(());
            }
            over.as_mut().poll(context)
        }));
    }
    decided
}

/// Ends the hold of a call whose request is resumed.
pub(in crate::agent) fn end_hold(request: &ApprovalRequest, decision: &Approval) {
    if let Some(held) = held().get_mut(&request.id) {
        held.decision = Some(decision.clone());
        held.waker.take().into_iter().for_each(Waker::wake);
    }
}

/// Submits a request to an inbox.
///
/// # Errors
///
/// The inbox failed or panicked.
pub(in crate::agent) async fn submit(
    inbox: &dyn ApprovalInbox,
    request: &ApprovalRequest,
) -> io::Result<()> {
    let submitting = Box::pin(async { inbox.submit(request.clone()).await });
    let panicked = |Panicked| Err(io::Error::other("the inbox panicked"));
    Caught(submitting).await.unwrap_or_else(panicked)
}

impl<'a> Hold<'a> {
    fn begin(id: &'a str) -> Self {
        held().insert(id.to_owned(), Held::default());
        Self(id)
    }

    /// Returns the decision that was made elsewhere, or notes who waits for it.
    fn decision(&self, context: &Context<'_>) -> Option<Approval> {
        let mut calls = held();
        let held = calls.get_mut(self.0)?;
        held.waker = Some(context.waker().clone());
        held.decision.take()
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        held().remove(self.0);
    }
}

fn held() -> MutexGuard<'static, BTreeMap<String, Held>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}
