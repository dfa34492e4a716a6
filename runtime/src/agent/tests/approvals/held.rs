//! Calls that are held while their requests are resumed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{CREATE, KEY, MovedClock, context, ok};
use crate::agent::tests::calls::{arguments, client, project};
use crate::agent::{
    Approval, ApprovalClaim, ApprovalRequest, ApprovalStore, Approvals, ClaimFuture, ClaimResult,
    FinishFuture, Policy, ReplyOutcome,
};
use crate::context::CallContext;
use crate::tools::ToolFilter;
use crate::transport::{MemoryTransport, MockResponse};

#[tokio::test]
async fn a_resume_ends_the_hold_of_its_call() {
    let transport = ok();
    let shop = client(&transport, "acc_551");
    for (call_id, approval, held_code, resumed_code) in [
        (
            "",
            Approval::granted("bob"),
            "decided_elsewhere",
            "succeeded",
        ),
        (
            "call_1",
            Approval::granted("bob"),
            "decided_elsewhere",
            "succeeded",
        ),
        (
            "call_2",
            Approval::declined("bob", "no"),
            "declined",
            "declined",
        ),
    ] {
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        // The callback never ends.
        let ask = move |request: ApprovalRequest| {
            sender.send(request).unwrap();
            std::future::pending()
        };
        let policy = Policy::new().approve_with(ToolFilter::mutating(), ask);
        let tools = shop.toolbox().policy(policy);
        let context = CallContext::new().call_id(call_id);
        let held = tools.call_in(context, CREATE, arguments());
        let resuming = async {
            let request = receiver.recv().await.unwrap();
            tools.resume(&request, approval).await.unwrap()
        };
        let (held, resumed) = tokio::join!(held, resuming);
        assert_eq!(held.outcome().as_str(), held_code, "{held}");
        assert_eq!(resumed.outcome().as_str(), resumed_code, "{resumed}");
    }
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_callback_may_resume_its_own_request() {
    let transport = MemoryTransport::respond_with(|_| {
        MockResponse::json(200, &project()).after(std::time::Duration::from_millis(20))
    });
    let shop = client(&transport, "acc_551");
    let tools: Arc<std::sync::OnceLock<crate::agent::Toolbox>> = Arc::default();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let inner = Arc::clone(&tools);
    let ask = move |request: ApprovalRequest| {
        let (tools, sender) = (Arc::clone(&inner), Arc::clone(&sender));
        async move {
            let resumed = tools
                .get()
                .unwrap()
                .resume(&request, Approval::granted("bob"));
            let resumed = resumed.await.unwrap();
            let sender = sender.lock().unwrap().take().unwrap();
            sender.send(resumed.outcome().as_str()).unwrap();
            Approval::granted("bob")
        }
    };
    let policy = Policy::new().approve_with(ToolFilter::mutating(), ask);
    let tools = tools.get_or_init(|| shop.toolbox().policy(policy));
    let context = CallContext::new().call_id("call_1");
    let held = tools.call_in(context, CREATE, arguments()).await;
    assert_eq!(held.outcome().as_str(), "decided_elsewhere", "{held}");
    assert_eq!(receiver.await, Ok("succeeded"));
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn a_panic_of_an_approver_or_an_inbox_denies_its_call() {
    let transport = ok();
    let shop = client(&transport, "acc_551");
    let missing =
        |request: &ApprovalRequest| request.id.strip_prefix("no such").unwrap().to_owned();
    let panics =
        move |request: ApprovalRequest| async move { Approval::granted(missing(&request)) };
    let at_once =
        move |request: ApprovalRequest| std::future::ready(Approval::granted(missing(&request)));
    let inbox = move |request: ApprovalRequest| async move {
        std::io::Result::<()>::Err(std::io::Error::other(missing(&request)))
    };
    let all = ToolFilter::all;
    for (policy, expected) in [
        (
            Policy::new().approve_with(all(), panics),
            "the approver panicked",
        ),
        (
            Policy::new().approve_with(all(), at_once),
            "the approver panicked",
        ),
        (
            Policy::new().approve_later(all(), inbox),
            "the inbox panicked",
        ),
    ] {
        let tools = shop.toolbox().policy(policy);
        let reply = tools.call(CREATE, arguments()).await;
        assert_eq!(reply.outcome().as_str(), "denied", "{reply}");
        assert!(reply.text().contains(expected), "{reply}");
    }
    assert!(transport.requests().is_empty());
}

/// A store whose approvals another process has used, or uses now.
struct Elsewhere(ClaimResult);

impl ApprovalStore for Elsewhere {
    fn claim<'a>(&'a self, _claim: &'a ApprovalClaim) -> ClaimFuture<'a> {
        Box::pin(std::future::ready(Ok(self.0)))
    }

    fn finish<'a>(&'a self, _claim: &'a ApprovalClaim) -> FinishFuture<'a> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Returns a policy whose approver decides so, and the number of its questions.
fn asking(approvals: Approvals, decision: &Approval) -> (Policy, Arc<AtomicUsize>) {
    let asked = Arc::<AtomicUsize>::default();
    let (count, decision) = (Arc::clone(&asked), decision.clone());
    let ask = move |_: ApprovalRequest| {
        count.fetch_add(1, Ordering::SeqCst);
        let decision = decision.clone();
        async move {
            tokio::task::yield_now().await;
            decision
        }
    };
    let policy = Policy::new().approvals(approvals);
    (policy.approve_with(ToolFilter::mutating(), ask), asked)
}

#[tokio::test]
async fn a_call_that_another_process_makes_is_not_made_again() {
    for claimed in [ClaimResult::Used, ClaimResult::InProgress] {
        let transport = ok();
        let clock = MovedClock::default();
        let approvals = Approvals::new().key(KEY).store(Elsewhere(claimed));
        let (policy, asked) = asking(approvals, &Approval::granted("ann"));
        let mut tools = client(&transport, "acc_551").toolbox().policy(policy);
        tools.clock = Arc::new(clock.clone());
        let call = || tools.call_in(context(), CREATE, arguments());
        let (first, second) = tokio::join!(call(), call());
        // The request has expired, which does not undo the call of the other process.
        *clock.ahead.lock().unwrap() = Duration::from_secs(30 * 86_400);
        let third = call().await;
        let declined = Approval::declined("bob", "no");
        let late = tools.call_decided(context(), CREATE, arguments(), declined);
        late.await;
        for reply in [first, second, third, call().await] {
            assert_eq!(reply.outcome().as_str(), "decided_elsewhere", "{reply}");
        }
        let other = serde_json::json!({"name": "B", "accountId": "acc_1"});
        let other = tools.call_in(context(), CREATE, other).await;
        assert!(other.text().contains("another call"), "{other}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert!(transport.requests().is_empty());
    }
}

#[tokio::test]
async fn a_declined_call_asks_no_one_again_under_its_identifier() {
    let transport = ok();
    let (policy, asked) = asking(Approvals::new(), &Approval::declined("ann", "too many"));
    let tools = client(&transport, "acc_551").toolbox().policy(policy);
    let call = || tools.call_in(context(), CREATE, arguments());
    let (first, second) = tokio::join!(call(), call());
    let replies = [first, second, call().await];
    for (index, reply) in replies.iter().enumerate() {
        let ReplyOutcome::Declined { reason, .. } = reply.outcome() else {
            panic!("{index}: {reply}");
        };
        assert_eq!(reason, "too many");
        assert_eq!(reply.is_repeated(), index > 0, "{index}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // Nothing was sent, so other arguments are another call.
    let other = serde_json::json!({"name": "B", "accountId": "acc_1"});
    tools.call_in(context(), CREATE, other).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert!(transport.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_approver_that_never_ends_is_dropped_after_its_request_expires() {
    let transport = ok();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let (alive, dropped) = tokio::sync::oneshot::channel::<()>();
    let alive = Mutex::new(Some(alive));
    let ask = move |request: ApprovalRequest| {
        sender.send(request).unwrap();
        let alive = alive.lock().unwrap().take();
        async move {
            let _alive = alive;
            std::future::pending().await
        }
    };
    let policy = Policy::new().approve_with(ToolFilter::mutating(), ask);
    let tools = client(&transport, "acc_551").toolbox().policy(policy);
    let began = tokio::time::Instant::now();
    let resuming = async {
        let request = receiver.recv().await.unwrap();
        tools
            .resume(&request, Approval::granted("bob"))
            .await
            .unwrap();
        request
            .expires_at
            .duration_since(tools.clock.now())
            .unwrap()
    };
    let (_, left) = tokio::join!(tools.call(CREATE, arguments()), resuming);
    let day = Duration::from_secs(86_400);
    let dropped = tokio::time::timeout(left + day, dropped).await;
    assert!(dropped.expect("the approver is dropped").is_err());
    assert!(began.elapsed() >= left, "{:?}", began.elapsed());
}
