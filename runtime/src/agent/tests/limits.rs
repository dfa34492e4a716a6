//! Limits on the number of calls.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::super::{Approval, ApprovalRequest, CallLimit, Policy, ReplyOutcome, Toolbox};
use super::Echo;
use super::tools::CATALOG;
use crate::agent::counts::shared_counts::CountLabel;
use crate::clock::{Clock, Sleep};
use crate::context::CallContext;
use crate::functions::Client;
use crate::tools::ToolFilter;

/// A clock that tests move.
#[derive(Clone, Default)]
struct MovedClock(Arc<Mutex<Duration>>);

impl MovedClock {
    fn set(&self, milliseconds: u64) {
        *self.0.lock().unwrap() = Duration::from_millis(milliseconds);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

fn toolbox(clock: &MovedClock, policy: Policy) -> Toolbox {
    let mut toolbox = Client::new(&CATALOG, Echo).toolbox().policy(policy);
    toolbox.clock = Arc::new(clock.clone());
    toolbox
}

/// Returns the reason of a refusal; empty if the call is made.
async fn call(toolbox: &Toolbox, principal: &str, tool: &str) -> String {
    let context = CallContext::new().principal(principal);
    let reply = toolbox.call_in(context, tool, json!({})).await;
    match reply.outcome() {
        ReplyOutcome::Succeeded(_) => String::new(),
        ReplyOutcome::Denied { reason } => reason.clone(),
        _ => panic!("{reply}"),
    }
}

#[tokio::test]
async fn no_period_of_the_length_of_a_window_has_more_calls() {
    let clock = MovedClock::default();
    let window = Duration::from_secs(10);
    let toolbox = toolbox(
        &clock,
        Policy::new().limit(CallLimit::new(3).within(window)),
    );
    let reached = |wait: &str| {
        format!(
            "the limit of 3 calls in 10 s has been reached; the next call is possible in {wait}"
        )
    };
    for (at, expected) in [
        (0, String::new()),
        (4_000, String::new()),
        (9_000, String::new()),
        (9_500, reached("500 ms")),
        (10_000, String::new()),
        (10_001, reached("3999 ms")),
        (13_990, reached("10 ms")),
        (14_000, String::new()),
        (18_000, reached("1 s")),
        (100_000, String::new()),
    ] {
        clock.set(at);
        assert_eq!(call(&toolbox, "ann", "ping").await, expected, "at {at} ms");
    }
}

#[tokio::test]
async fn limits_of_every_scope_and_window_hold_together() {
    let clock = MovedClock::default();
    let minute = Duration::from_secs(60);
    let policy = Policy::new()
        .max_calls(6)
        .limit(CallLimit::new(3).per_principal())
        .limit(
            CallLimit::new(1)
                .per_principal()
                .within(minute)
                .for_each_of(ToolFilter::by_name(["ping"])),
        )
        .limit(CallLimit::new(5).in_all().within(minute));
    let toolbox = toolbox(&clock, policy);
    for (principal, tool, expected) in [
        ("ann", "ping", ""),
        (
            "ann",
            "ping",
            "the limit of 1 call to this tool in 60 s for this user has been reached; the next call is possible in 60 s",
        ),
        ("ann", "list_all", ""),
        ("ann", "list_all", ""),
        (
            "ann",
            "list_all",
            "the limit of 3 calls for this user has been reached",
        ),
        ("bob", "ping", ""),
        ("bob", "list_all", ""),
        (
            "carl",
            "list_all",
            "the limit of 5 calls in 60 s for all users together has been reached; the next call is possible in 60 s",
        ),
    ] {
        assert_eq!(
            call(&toolbox, principal, tool).await,
            expected,
            "{principal} {tool}"
        );
    }
    clock.set(60_060);
    assert_eq!(call(&toolbox, "carl", "list_all").await, "");
    assert_eq!(
        call(&toolbox, "dora", "list_all").await,
        "the limit of 6 calls has been reached"
    );
}

#[tokio::test]
async fn a_call_that_is_not_made_is_not_counted() {
    let clock = MovedClock::default();
    let limits = [
        CallLimit::new(1),
        CallLimit::new(1).per_principal(),
        CallLimit::new(1).in_all().within(Duration::from_secs(60)),
        CallLimit::new(1)
            .for_each_of(ToolFilter::all())
            .within(Duration::from_millis(1)),
        CallLimit::new(1).within(Duration::MAX),
    ];
    for limit in limits {
        let policy = Policy::new()
            .limit(limit.clone())
            .require_approval(ToolFilter::mutating());
        let toolbox = toolbox(&clock, policy);
        let context = || CallContext::new().principal("ann");
        for _ in 0..3 {
            let reply = toolbox
                .call_in(context(), "delete_many", json!({"ids": ["a"]}))
                .await;
            assert_eq!(
                reply.outcome().as_str(),
                "approval_required",
                "{limit:?}: {reply}"
            );
        }
        assert_eq!(call(&toolbox, "ann", "ping").await, "", "{limit:?}");
        assert!(
            call(&toolbox, "ann", "ping")
                .await
                .starts_with("the limit of 1 call"),
            "{limit:?}"
        );
    }
    let none = toolbox(
        &clock,
        Policy::new().limit(CallLimit::new(0).within(Duration::from_secs(1))),
    );
    assert_eq!(
        call(&none, "ann", "ping").await,
        "the limit of 0 calls in 1 s has been reached"
    );
}

#[tokio::test]
async fn memory_is_bounded_by_the_window() {
    let clock = MovedClock::default();
    let hour = Duration::from_secs(3_600);
    let policy = Policy::new().limit(CallLimit::new(100_000).per_principal().within(hour));
    let toolbox = toolbox(&clock, policy);
    let counts = &toolbox.decider.memory.shared;
    for call_number in 0..5_000 {
        clock.set(call_number * 700);
        assert_eq!(call(&toolbox, "ann", "ping").await, "");
    }
    assert!(
        counts.times_of("ann") <= 1_001,
        "{}",
        counts.times_of("ann")
    );
    for name in 0..200 {
        clock.set(10_000_000 + name * 3_600_000);
        assert_eq!(call(&toolbox, &name.to_string(), "ping").await, "");
    }
    assert!(counts.principals().0 <= 64, "{:?}", counts.principals());
}

/// Returns limits of each scope, with and without a window, of one number of calls.
fn limits_of_every_kind(calls: u64) -> Vec<CallLimit> {
    let hour = Duration::from_secs(3_600);
    let limit = || CallLimit::new(calls);
    let all = [limit(), limit().per_principal(), limit().in_all()];
    let windowed = all.clone().map(|limit| limit.within(hour));
    all.into_iter().chain(windowed).collect()
}

#[tokio::test]
async fn restored_calls_count_for_the_principal_and_beyond_a_limit() {
    let clock = MovedClock::default();
    for limit in limits_of_every_kind(2) {
        // The first limit is reached by the first call, and the second counts all three.
        let policy = |limit: CallLimit| Policy::new().max_calls(1).limit(limit);
        let context = CallContext::new().principal("ann");
        let before = toolbox(&clock, policy(limit.clone())).context(context);
        for _ in 0..3 {
            before.restore("ping", json!({}), None);
        }
        let after = before.policy(Policy::new().limit(limit.clone()));
        let reason = call(&after, "ann", "ping").await;
        assert!(
            reason.starts_with("the limit of 2 calls"),
            "{limit:?}: {reason}"
        );
    }
    // The principal of the context is the one that counts, and no other.
    let limit = CallLimit::new(1).per_principal();
    let tools = toolbox(&clock, Policy::new().limit(limit));
    let tools = tools.context(CallContext::new().principal("ann"));
    tools.restore("ping", json!({}), None);
    assert_eq!(call(&tools, "bob", "ping").await, "");
    assert_eq!(
        call(&tools, "ann", "ping").await,
        "the limit of 1 call for this user has been reached"
    );
}

#[tokio::test]
async fn a_call_counts_when_it_is_approved() {
    let minute = Duration::from_secs(60);
    for limit in limits_of_every_kind(2) {
        let is_windowed = limit.window.is_some();
        let limit = if is_windowed {
            limit.within(minute)
        } else {
            limit
        };
        let clock = MovedClock::default();
        let (ask, asked) = tokio::sync::oneshot::channel::<()>();
        let asked = Arc::new(Mutex::new(Some(asked)));
        let approve = move |_: ApprovalRequest| {
            let asked = asked.lock().unwrap().take();
            async move {
                asked.unwrap().await.unwrap();
                Approval::granted("eve")
            }
        };
        let policy = Policy::new()
            .limit(limit.clone())
            .approve_with(ToolFilter::destroys(), approve);
        let tools = toolbox(&clock, policy);
        let context = CallContext::new().principal("ann");
        let waiting = tools.call_in(context, "delete_many", json!({"ids": ["a"]}));
        let mut waiting = std::pin::pin!(waiting);
        let pending = std::future::poll_fn(|context| {
            std::task::Poll::Ready(waiting.as_mut().poll(context).is_pending())
        });
        assert!(pending.await, "the call waits for a person");
        // While it waits, it has a place. Its window has passed when the person decides.
        clock.set(61_000);
        let made = [(); 2].map(|()| call(&tools, "ann", "ping"));
        let [first, second] = made;
        assert_eq!(first.await, "", "{limit:?}");
        let second = second.await;
        assert_eq!(second.is_empty(), is_windowed, "{limit:?}: {second}");
        ask.send(()).unwrap();
        let reply = waiting.await;
        let expected = if is_windowed { "denied" } else { "succeeded" };
        assert_eq!(reply.outcome().as_str(), expected, "{limit:?}: {reply}");
        // A call that was denied after its approval takes no place.
        clock.set(122_000);
        let third = call(&tools, "ann", "ping").await;
        assert_eq!(third.is_empty(), is_windowed, "{limit:?}: {third}");
    }
}

#[tokio::test]
async fn an_approved_call_has_its_place_from_the_approval_on() {
    let clock = MovedClock::default();
    let moved = clock.clone();
    let approve = move |_: ApprovalRequest| {
        moved.set(59_000);
        async { Approval::granted("eve") }
    };
    let limit = CallLimit::new(1).within(Duration::from_secs(60));
    let policy = Policy::new()
        .limit(limit)
        .approve_with(ToolFilter::destroys(), approve);
    let tools = toolbox(&clock, policy);
    let reply = tools.call("delete_many", json!({"ids": ["a"]})).await;
    assert_eq!(reply.outcome().as_str(), "succeeded", "{reply}");
    for (at, is_made) in [(61_000, false), (118_000, false), (119_100, true)] {
        clock.set(at);
        let reason = call(&tools, "ann", "ping").await;
        assert_eq!(reason.is_empty(), is_made, "at {at} ms: {reason}");
    }
}

#[tokio::test]
async fn made_up_names_take_bounded_memory_and_no_place_of_others() {
    let clock = MovedClock::default();
    let hour = Duration::from_secs(3_600);
    for (limit, is_windowed) in [
        (CallLimit::new(1).per_principal(), false),
        (CallLimit::new(1).per_principal().within(hour), true),
    ] {
        clock.set(0);
        let tools = toolbox(&clock, Policy::new().limit(limit));
        let named = |name: String| {
            let mut tools = tools.clone();
            tools.decider.owner = Some(CountLabel::unchecked(name));
            async move { tools.call("ping", json!({})).await }
        };
        for name in 0..4_096 {
            let reply = named(name.to_string()).await;
            assert!(!reply.is_error(), "{name}: {reply}");
        }
        let refused = named("another".to_owned()).await;
        let reason = "the maximum of 4096 unauthenticated users";
        assert!(refused.text().contains(reason), "{refused}");
        let known = named("7".to_owned()).await;
        assert!(known.text().contains("the limit of 1 call"), "{known}");
        assert_eq!(call(&tools, "ann", "ping").await, "", "a principal");
        let counts = &tools.decider.memory.shared;
        assert_eq!(counts.principals(), (1, 4_096));
        clock.set(4_000_000);
        let later = named("another".to_owned()).await;
        assert_eq!(!later.is_error(), is_windowed, "{later}");
    }
}

#[tokio::test]
async fn a_limit_says_whether_the_call_is_possible_later() {
    let clock = MovedClock::default();
    let window = Duration::from_secs(2);
    let again = "Do not repeat this call";
    for (limit, later) in [
        (CallLimit::new(1).within(window), true),
        (CallLimit::new(1).within(window).per_principal(), true),
        (CallLimit::new(1), false),
        (CallLimit::new(0).within(window), false),
    ] {
        let toolbox = toolbox(&clock, Policy::new().limit(limit.clone()));
        toolbox.call("ping", json!({})).await;
        let reply = toolbox.call("ping", json!({})).await;
        let expected = if later {
            format!(
                "ping: not allowed: the limit of {limit} has been reached; the next call is possible in 2 s; nothing was sent. Try again then, or tell the user"
            )
        } else {
            format!(
                "ping: not allowed: the limit of {limit} has been reached; nothing was sent. {again}"
            )
        };
        assert_eq!(reply.text(), expected);
    }
}
