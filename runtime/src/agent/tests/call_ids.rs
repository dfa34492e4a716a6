//! The identifiers of calls that were refused, that wait for a person, and about which a person decided late.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::calls::{CREATE, GET, arguments, call_id, client, project};
use crate::agent::{Approval, ApprovalRequest, Policy, Reply, Toolbox};
use crate::clock::{Clock, Sleep, SystemClock};
use crate::error::TransportErrorKind;
use crate::tools::ToolFilter;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder, Json, RetryPolicy};

/// A clock whose time of day tests move.
#[derive(Clone, Default)]
struct MovedClock(Arc<Mutex<Duration>>);

impl Clock for MovedClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + *self.0.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        SystemClock::default().elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        SystemClock::default().sleep(duration)
    }
}

type Requests = Arc<Mutex<Vec<ApprovalRequest>>>;

/// Returns tools whose writes wait for a person, their requests, and what was sent.
fn waiting(clock: &MovedClock) -> (Toolbox, Requests, MemoryTransport) {
    let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project()));
    let requests = Requests::default();
    let inbox = Arc::clone(&requests);
    let policy =
        Policy::new().approve_later(ToolFilter::mutating(), move |request: ApprovalRequest| {
            inbox.lock().unwrap().push(request);
            async { Ok(()) }
        });
    let mut tools = client(&transport, "acc_551").toolbox().policy(policy);
    tools.clock = Arc::new(clock.clone());
    (tools, requests, transport)
}

async fn create(tools: &Toolbox, arguments: Json) -> Reply {
    tools.call_in(call_id("call_1"), CREATE, arguments).await
}

fn declined() -> Approval {
    Approval::Declined {
        by: "bob".to_owned(),
        reason: "too many".to_owned(),
    }
}

#[tokio::test]
async fn a_call_that_was_not_sent_is_corrected_under_its_identifier() {
    let unreachable = || {
        [
            MockResponse::error(TransportErrorKind::Connect, "no"),
            MockResponse::json(200, &project()),
        ]
    };
    let all = ToolFilter::all;
    for (policy, first) in [
        // Arguments that are refused, or no JSON.
        (Policy::new(), json!({"name": 5})),
        (Policy::new(), json!({"accountId": "acc_1", "title": "A"})),
        (Policy::new(), json!("{\"name\": ")),
        // No connection.
        (Policy::new(), json!({"name": "B", "accountId": "acc_1"})),
        (Policy::new().dry_run(all()), arguments()),
        (Policy::new().max_calls(0), arguments()),
    ] {
        let transport = MemoryTransport::script(unreachable());
        let client: Client = ClientBuilder::new(crate::tests::shop::CATALOG)
            .token("shop-token")
            .account("acc_551")
            .retry(RetryPolicy::never())
            .transport(transport.clone())
            .build()
            .unwrap();
        let tools = client.toolbox();
        let limited = tools.clone().policy(policy);
        let refused = create(&limited, first.clone()).await;
        assert!(
            refused.is_error() || refused.outcome().as_str() == "dry_run",
            "{refused}"
        );
        if transport.requests().is_empty() {
            // The script begins with the failed attempt.
            let failed = create(&tools, json!({"name": "C", "accountId": "acc_1"})).await;
            assert_eq!(failed.outcome().as_str(), "failed", "{first}: {failed}");
        }
        let corrected = create(&tools, arguments()).await;
        assert_eq!(
            corrected.outcome().as_str(),
            "succeeded",
            "{first}: {corrected}"
        );
        // The call that was made keeps its identifier.
        let other = create(&tools, json!({"name": "D", "accountId": "acc_1"})).await;
        assert!(other.text().contains("another call"), "{other}");
        assert!(create(&tools, arguments()).await.is_repeated());
    }
}

#[tokio::test]
async fn a_late_denial_replaces_the_reply_that_the_call_waits() {
    for is_resumed in [true, false] {
        let (tools, requests, transport) = waiting(&MovedClock::default());
        let pending = create(&tools, arguments()).await;
        assert_eq!(pending.outcome().as_str(), "pending", "{pending}");
        let reply = if is_resumed {
            let request = requests.lock().unwrap()[0].clone();
            tools.resume(&request, declined()).await.unwrap()
        } else {
            let context = call_id("call_1");
            tools
                .call_decided(context, CREATE, arguments(), declined())
                .await
        };
        assert_eq!(reply.outcome().as_str(), "declined", "{reply}");
        // The model and its host get the decision, and no one is asked again.
        for _ in 0..2 {
            let again = create(&tools, arguments()).await;
            assert_eq!(again.text(), reply.text());
            assert!(again.is_repeated());
        }
        assert_eq!(requests.lock().unwrap().len(), 1);
        // Nothing was sent, so other arguments are another call.
        let other = create(&tools, json!({"name": "B", "accountId": "acc_1"})).await;
        assert_eq!(other.outcome().as_str(), "pending", "{other}");
        let read = tools
            .call_in(call_id("call_2"), GET, json!({"id": "prj_1"}))
            .await;
        assert_eq!(read.outcome().as_str(), "succeeded");
        assert_eq!(transport.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_denial_of_another_call_changes_nothing() {
    let (tools, _, _) = waiting(&MovedClock::default());
    create(&tools, arguments()).await;
    let other = json!({"name": "B", "accountId": "acc_1"});
    for (id, arguments) in [("call_2", arguments()), ("call_1", other)] {
        let context = call_id(id);
        tools
            .call_decided(context, CREATE, arguments, declined())
            .await;
        let again = create(&tools, super::calls::arguments()).await;
        assert_eq!(again.outcome().as_str(), "pending", "{again}");
    }
    // A call that was made is not undone.
    let granted = Approval::granted("bob");
    let made = tools
        .call_decided(call_id("call_1"), CREATE, arguments(), granted)
        .await;
    assert_eq!(made.outcome().as_str(), "succeeded", "{made}");
    tools
        .call_decided(call_id("call_1"), CREATE, arguments(), declined())
        .await;
    assert_eq!(create(&tools, arguments()).await.text(), made.text());
}

#[tokio::test]
async fn a_denial_that_comes_while_the_request_is_stored_counts() {
    let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project()));
    let client = client(&transport, "acc_551");
    let slot = Arc::<Mutex<Option<Toolbox>>>::default();
    let own = Arc::clone(&slot);
    let policy =
        Policy::new().approve_later(ToolFilter::mutating(), move |request: ApprovalRequest| {
            let tools = own.lock().unwrap().clone().unwrap();
            async move {
                tools.resume(&request, declined()).await.unwrap();
                Ok(())
            }
        });
    let tools = client.toolbox().policy(policy);
    *slot.lock().unwrap() = Some(tools.clone());
    create(&tools, arguments()).await;
    let again = create(&tools, arguments()).await;
    assert_eq!(again.outcome().as_str(), "declined", "{again}");
    slot.lock().unwrap().take();
}

#[tokio::test]
async fn a_person_is_asked_again_after_a_request_has_expired() {
    let clock = MovedClock::default();
    let (tools, requests, _) = waiting(&clock);
    create(&tools, arguments()).await;
    create(&tools, arguments()).await;
    assert_eq!(requests.lock().unwrap().len(), 1);
    let request = requests.lock().unwrap()[0].clone();
    let left = request.expires_at.duration_since(clock.now()).unwrap();
    *clock.0.lock().unwrap() += left;
    let again = create(&tools, arguments()).await;
    assert_eq!(again.outcome().as_str(), "pending");
    assert!(!again.is_repeated());
    assert_eq!(requests.lock().unwrap().len(), 2);
    assert!(tools.resume(&request, declined()).await.is_err());
    let last = requests.lock().unwrap()[1].clone();
    let made = tools.resume(&last, Approval::granted("bob")).await.unwrap();
    assert_eq!(create(&tools, arguments()).await.text(), made.text());
}
