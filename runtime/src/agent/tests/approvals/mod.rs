//! Approvals that wait: stored requests, their seal, their single use.

mod draining;
mod held;
#[cfg(feature = "reqwest")]
mod processes;
mod stored;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::Value as Json;

use super::calls::{Entries, arguments, client, keys, project};
use crate::agent::{
    Approval, ApprovalClaim, ApprovalProblem, ApprovalRequest, ApprovalStore, Approvals,
    ClaimFuture, ClaimResult, FinishFuture, Policy, ReplyOutcome, Toolbox,
};
use crate::clock::{Clock, Sleep, SystemClock};
use crate::context::CallContext;
use crate::error::TransportErrorKind;
use crate::tests::shop;
use crate::tools::ToolFilter;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder, RetryPolicy};

const CREATE: &str = "create_a_shop_project";

const KEY: [u8; 32] = [7; 32];

/// A store that several toolboxes share: the end of a claim, or `None` if it is used.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<BTreeMap<String, Option<SystemTime>>>>);

impl ApprovalStore for Store {
    fn claim<'a>(&'a self, claim: &'a ApprovalClaim) -> ClaimFuture<'a> {
        Box::pin(async move {
            let mut claims = self.0.lock().unwrap();
            Ok(match claims.get(claim.id()) {
                Some(None) => ClaimResult::Used,
                Some(Some(until)) if *until > claim.now() => ClaimResult::InProgress,
                _ => {
                    claims.insert(claim.id().to_owned(), Some(claim.until()));
                    ClaimResult::Now
                }
            })
        })
    }

    fn finish<'a>(&'a self, claim: &'a ApprovalClaim) -> FinishFuture<'a> {
        self.0.lock().unwrap().insert(claim.id().to_owned(), None);
        Box::pin(async { Ok(()) })
    }
}

/// A store that is out of order.
struct BrokenStore;

impl ApprovalStore for BrokenStore {
    fn claim<'a>(&'a self, _claim: &'a ApprovalClaim) -> ClaimFuture<'a> {
        Box::pin(async { Err(io::ErrorKind::TimedOut.into()) })
    }

    fn finish<'a>(&'a self, _claim: &'a ApprovalClaim) -> FinishFuture<'a> {
        Box::pin(async { Err(io::ErrorKind::TimedOut.into()) })
    }
}

/// A clock whose time of day tests move.
#[derive(Clone, Default)]
struct MovedClock {
    ahead: Arc<Mutex<Duration>>,
    system: SystemClock,
}

impl Clock for MovedClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + *self.ahead.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.system.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.system.sleep(duration)
    }
}

fn shared(store: &Store) -> Approvals {
    Approvals::new().key(KEY).store(store.clone())
}

fn ok() -> MemoryTransport {
    MemoryTransport::respond_with(|_| MockResponse::json(200, &project()))
}

/// Returns the tools of a process, all of whose writes wait for approval, and the stored requests.
fn process(client: &Client, approvals: Approvals) -> (Toolbox, Arc<Mutex<Vec<String>>>) {
    let stored = Arc::<Mutex<Vec<String>>>::default();
    let inbox = Arc::clone(&stored);
    let policy = Policy::new().approvals(approvals).approve_later(
        ToolFilter::mutating(),
        move |request: ApprovalRequest| {
            let text = serde_json::to_string(&request);
            let inbox = Arc::clone(&inbox);
            async move {
                inbox.lock().unwrap().push(text?);
                Ok(())
            }
        },
    );
    (client.toolbox().policy(policy), stored)
}

fn context() -> CallContext {
    CallContext::new()
        .call_id("call_1")
        .principal("ann")
        .session("chat-7")
}

/// Makes a call and returns the stored request.
async fn ask(tools: &Toolbox, stored: &Mutex<Vec<String>>) -> ApprovalRequest {
    let reply = tools.call_in(context(), CREATE, arguments()).await;
    let ReplyOutcome::Pending(request) = reply.outcome() else {
        panic!("{reply}");
    };
    let text = stored.lock().unwrap().last().unwrap().clone();
    let read: ApprovalRequest = serde_json::from_str(&text).unwrap();
    assert_eq!(read, *request);
    read
}

async fn resume(
    tools: &Toolbox,
    request: &ApprovalRequest,
) -> Result<&'static str, ApprovalProblem> {
    let reply = tools.resume(request, Approval::granted("bob")).await?;
    Ok(reply.outcome().as_str())
}

#[tokio::test]
async fn a_stored_request_is_carried_out_once_in_another_process() {
    let (store, here, there) = (Store::default(), ok(), ok());
    let (asking, stored) = process(&client(&here, "acc_551"), shared(&store));
    let request = ask(&asking, &stored).await;
    // Asked again, the model gets the same reply, and no one is asked again.
    let again = asking.call_in(context(), CREATE, arguments()).await;
    assert_eq!(again.outcome().as_str(), "pending");
    assert_eq!(stored.lock().unwrap().len(), 1);
    assert!(here.requests().is_empty());

    let entries = Entries::default();
    let (tools, _) = process(&client(&there, "acc_551"), shared(&store));
    let tools = tools.audit(entries.clone());
    let approval = Approval::Granted {
        by: "bob".to_owned(),
        reason: "but only this one".to_owned(),
    };
    let reply = tools.resume(&request, approval).await.unwrap();
    assert_eq!(reply.outcome().as_str(), "succeeded", "{reply}");
    assert!(
        reply
            .text()
            .contains("[the user approved this call: \"but only this one\"]"),
        "{reply}"
    );
    let key = request
        .context
        .idempotency_key
        .as_ref()
        .unwrap()
        .to_string();
    assert_eq!(keys(&there), [Some(key.clone())]);
    for tools in [&tools, &asking] {
        assert_eq!(resume(tools, &request).await, Err(ApprovalProblem::Used));
    }
    assert_eq!(there.requests().len() + here.requests().len(), 1);
    assert_recorded(&entries.take(), &request);
}

/// Checks the entries of a call that was approved, and of the attempt to use the approval again.
fn assert_recorded(entries: &[Json], request: &ApprovalRequest) {
    let key = request.context.idempotency_key.as_ref().unwrap().as_str();
    let kept = |entry: &Json| {
        [
            "stage",
            "decision",
            "by",
            "reason",
            "approval",
            "call_id",
            "session",
            "idempotency_key",
        ]
        .map(|name| entry[name].as_str().unwrap_or_default().to_owned())
    };
    let reason = "but only this one";
    let made = |stage| {
        [
            stage,
            "allowed",
            "bob",
            reason,
            request.id.as_str(),
            "call_1",
            "chat-7",
            key,
        ]
        .map(str::to_owned)
    };
    assert_eq!(kept(&entries[0]), made("start"));
    assert_eq!(kept(&entries[1]), made("end"));
    assert_eq!(entries[2]["decision"], "denied");
    assert!(
        entries[2]["reason"]
            .as_str()
            .unwrap()
            .contains("used already")
    );
}

#[tokio::test]
async fn a_request_holds_for_its_key_its_account_and_its_policy() {
    let (store, transport) = (Store::default(), ok());
    let shop = client(&transport, "acc_551");
    let (tools, stored) = process(&shop, shared(&store));
    let request = ask(&tools, &stored).await;
    let of = |client: &Client, approvals| process(client, approvals).0;
    let other_key = Approvals::new().key([8; 32]).store(store.clone());
    let eve = CallContext::new().principal("eve");
    for (tools, problem) in [
        (of(&shop, Approvals::new()), ApprovalProblem::Forged),
        (of(&shop, other_key), ApprovalProblem::Forged),
        (
            of(&shop, Approvals::new().key(KEY)),
            ApprovalProblem::OtherProcess,
        ),
        (
            of(&shop, Approvals::new().key(KEY).store(BrokenStore)),
            ApprovalProblem::Unavailable,
        ),
        (
            of(&client(&transport, "acc_552"), shared(&store)),
            ApprovalProblem::OtherCall,
        ),
        (
            of(&shop, shared(&store)).context(eve),
            ApprovalProblem::OtherPrincipal,
        ),
        (
            of(&shop, shared(&store)).filter(ToolFilter::reads()),
            ApprovalProblem::NotAllowed,
        ),
        (
            shop.read_only()
                .toolbox()
                .policy(Policy::new().approvals(shared(&store))),
            ApprovalProblem::NotAllowed,
        ),
    ] {
        assert_eq!(resume(&tools, &request).await, Err(problem));
    }
    assert!(transport.requests().is_empty());
    assert_eq!(
        resume(&tools, &request).await,
        Ok("succeeded"),
        "none of them has used it"
    );
}

#[tokio::test]
async fn a_request_expires_and_a_denied_one_is_used() {
    let (transport, clock) = (ok(), MovedClock::default());
    let shop: Client = ClientBuilder::new(shop::CATALOG)
        .token("shop-token")
        .account("acc_551")
        .clock(clock.clone())
        .transport(transport.clone())
        .build()
        .unwrap();
    let approvals = Approvals::new().expire_after(Duration::from_secs(60));
    let (tools, stored) = process(&shop, approvals);
    let request = ask(&tools, &stored).await;
    let expiry = clock.now() + Duration::from_secs(60);
    assert_eq!(request.expires_at, expiry);
    *clock.ahead.lock().unwrap() = Duration::from_secs(60);
    assert_eq!(
        resume(&tools, &request).await,
        Err(ApprovalProblem::Expired)
    );
    *clock.ahead.lock().unwrap() = Duration::from_secs(59);
    let denied = tools
        .resume(&request, Approval::declined("bob", "not today"))
        .await
        .unwrap();
    assert_eq!(denied.outcome().as_str(), "declined");
    assert!(denied.text().contains("not today"), "{denied}");
    assert_eq!(resume(&tools, &request).await, Err(ApprovalProblem::Used));
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn of_several_simultaneous_approvals_one_is_used() {
    let (store, transport) = (Store::default(), ok());
    let shop = client(&transport, "acc_551");
    let (tools, stored) = process(&shop, shared(&store));
    let request = ask(&tools, &stored).await;
    let mut approvals = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (tools, request) = (process(&shop, shared(&store)).0, request.clone());
        approvals.spawn(async move { resume(&tools, &request).await });
    }
    let outcomes = approvals.join_all().await;
    let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((made, transport.requests().len()), (1, 1), "{outcomes:?}");
}

#[tokio::test]
async fn an_approval_whose_call_was_not_sent_can_be_used_after_its_lease() {
    let clock = MovedClock::default();
    let transport = MemoryTransport::script([
        MockResponse::error(TransportErrorKind::Connect, "no"),
        MockResponse::json(200, &project()),
    ]);
    let shop: Client = ClientBuilder::new(shop::CATALOG)
        .token("shop-token")
        .account("acc_551")
        .retry(RetryPolicy::never())
        .clock(clock.clone())
        .transport(transport.clone())
        .build()
        .unwrap();
    let approvals = Approvals::new().lease(Duration::from_secs(10));
    let (tools, stored) = process(&shop, approvals);
    let request = ask(&tools, &stored).await;
    assert_eq!(resume(&tools, &request).await, Ok("failed"));
    assert_eq!(
        resume(&tools, &request).await,
        Err(ApprovalProblem::InProgress)
    );
    *clock.ahead.lock().unwrap() = Duration::from_secs(10);
    assert_eq!(resume(&tools, &request).await, Ok("succeeded"));
    assert_eq!(resume(&tools, &request).await, Err(ApprovalProblem::Used));
    let keys = keys(&transport);
    assert_eq!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_held_call_and_a_stored_request_are_one_approval() {
    let (store, transport) = (Store::default(), ok());
    let shop = client(&transport, "acc_551");
    let (sender, receiver) = std::sync::mpsc::channel();
    let (answer, answered) = tokio::sync::oneshot::channel::<()>();
    let answered = Arc::new(Mutex::new(Some(answered)));
    let ask = move |request: ApprovalRequest| {
        sender.send(request).unwrap();
        let answered = answered.lock().unwrap().take().unwrap();
        async move {
            answered.await.unwrap();
            Approval::granted("ann")
        }
    };
    let policy = Policy::new()
        .approvals(shared(&store))
        .approve_with(ToolFilter::mutating(), ask);
    let holding = shop.toolbox().policy(policy);
    let held = tokio::spawn(async move { holding.call(CREATE, arguments()).await });
    let request = loop {
        match receiver.try_recv() {
            Ok(request) => break request,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    // Without a call identifier, the request itself gives the key.
    assert!(request.context.idempotency_key.is_some());
    let (other, _) = process(&shop, shared(&store));
    assert_eq!(resume(&other, &request).await, Ok("succeeded"));
    // The hold has ended, and its callback is not asked any more.
    let reply = held.await.unwrap();
    answer.send(()).unwrap();
    assert_eq!(reply.outcome().as_str(), "decided_elsewhere", "{reply}");
    assert!(reply.text().contains("may have taken effect"), "{reply}");
    assert!(!reply.text().contains("nothing was sent"), "{reply}");
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn a_request_that_cannot_be_stored_is_denied() {
    let transport = ok();
    let full = |_: ApprovalRequest| async { Err(io::ErrorKind::StorageFull.into()) };
    let policy = Policy::new().approve_later(ToolFilter::all(), full);
    let tools = client(&transport, "acc_551").toolbox().policy(policy);
    let reply = tools.call(CREATE, arguments()).await;
    assert_eq!(reply.outcome().as_str(), "denied", "{reply}");
    assert!(reply.text().contains("could not be delivered"), "{reply}");
}
