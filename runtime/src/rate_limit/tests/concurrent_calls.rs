//! Crowds of calls before both lanes, on a paused clock: in order, within the limits, and with
//! nothing left behind, whoever gives up and when.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};

use crate::rate_limit::lane::Lane;
use crate::rate_limit::queue::Queue;
use crate::rate_limit::{RateLimiter, Gate, Heard, Quota, Turn};
use crate::clock::SystemClock;

/// Four calls in two seconds for the account, six in four for the token.
const ACCOUNT: (usize, Duration) = (4, Duration::from_secs(2));
const TOKEN: (usize, Duration) = (6, Duration::from_secs(4));

/// One call of the crowd; times are in milliseconds.
#[derive(Debug, Clone)]
struct Caller {
    /// When it comes, behind the one before.
    comes: u64,
    patience: Option<u64>,
    /// When its future is dropped, if it has not gone until then.
    gives_up: Option<u64>,
    takes: u64,
    is_answered: bool,
}

fn caller() -> impl Strategy<Value = Caller> {
    let some = |up_to: u64| prop::option::weighted(0.3, 1..up_to);
    (
        0..300_u64,
        some(9000),
        some(9000),
        0..3000_u64,
        any::<bool>(),
    )
        .prop_map(|(comes, patience, gives_up, takes, is_answered)| Caller {
            comes,
            patience,
            gives_up,
            takes,
            is_answered,
        })
}

/// Lets one through, and notes when it went.
async fn call(gate: Arc<Gate>, caller: Caller, went: impl FnOnce()) {
    const LONG: u64 = 1_000_000;
    let mut turn = Turn::default();
    let patience = Duration::from_millis(caller.patience.unwrap_or(LONG));
    let gives_up = Duration::from_millis(caller.gives_up.unwrap_or(LONG));
    let entered = timeout(gives_up, gate.enter(&mut turn, patience)).await;
    if let Ok(Ok(permit)) = entered {
        went();
        sleep(Duration::from_millis(caller.takes)).await;
        if caller.is_answered {
            permit.answered(&Heard::default());
        }
    }
}

/// Who went, and when, in this order; and what is left in the end.
async fn run(callers: Vec<Caller>) -> (Vec<(usize, Duration)>, Arc<Gate>) {
    let limits = Quota::unlimited()
        .per_account(4, ACCOUNT.1)
        .per_token(6, TOKEN.1);
    let gate = Arc::new(Gate::own(limits, Arc::new(SystemClock::default())));
    let went: Arc<Mutex<Vec<(usize, Duration)>>> = Arc::default();
    let began = Instant::now();
    let mut tasks = Vec::new();
    for (index, caller) in callers.into_iter().enumerate() {
        sleep(Duration::from_millis(caller.comes)).await;
        let log = Arc::clone(&went);
        let note = move || log.lock().unwrap().push((index, began.elapsed()));
        tasks.push(tokio::spawn(call(Arc::clone(&gate), caller, note)));
        tokio::task::yield_now().await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    let mut went = went.lock().unwrap().clone();
    // Those that go in one moment may be polled in any order.
    went.sort_by_key(|(index, at)| (*at, *index));
    (went, gate)
}

fn is_within(went: &[(usize, Duration)], (calls, window): (usize, Duration)) -> bool {
    let later = went.iter().skip(calls);
    went.iter()
        .zip(later)
        .all(|(first, next)| next.1 >= first.1 + window)
}

#[tokio::test(start_paused = true)]
async fn what_gathers_before_the_lane_of_the_token_does_not_go_all_at_once() {
    let limits = Quota::unlimited()
        .per_token(4, Duration::from_secs(10))
        .per_account(2, Duration::from_secs(2));
    let gate = Arc::new(Gate::own(limits, Arc::new(SystemClock::default())));
    let other = Gate {
        token: Arc::clone(&gate.token),
        account: Arc::new(Queue::new(Lane::new(None))),
        clock: Arc::clone(&gate.clock),
    };
    let patience = Duration::from_secs(100);
    for _ in 0..4 {
        let sent = other.enter(&mut Turn::default(), patience).await.ok();
        sent.unwrap().answered(&Heard::default());
    }
    let began = Instant::now();
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let gate = Arc::clone(&gate);
            tokio::spawn(async move {
                let sent = gate.enter(&mut Turn::default(), patience).await.ok();
                sent.unwrap().answered(&Heard::default());
                began.elapsed().as_millis()
            })
        })
        .collect();
    let mut went = Vec::new();
    for call in calls {
        went.push(call.await.unwrap());
    }
    assert_eq!(went, [10_250, 10_250, 12_300, 12_300, 20_500, 20_500]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_crowd_keeps_its_order_and_both_limits(callers in prop::collection::vec(caller(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let patient: Vec<usize> = (0..callers.len())
                .filter(|index| callers[*index].patience.is_none() && callers[*index].gives_up.is_none())
                .collect();
            let (went, gate) = run(callers).await;
            prop_assert!(went.is_sorted_by_key(|(index, _)| *index), "{went:?}");
            prop_assert!(is_within(&went, ACCOUNT) && is_within(&went, TOKEN), "{went:?}");
            let is_there = |index: &usize| went.iter().any(|(gone, _)| gone == index);
            prop_assert!(patient.iter().all(is_there), "{patient:?} in {went:?}");
            sleep(Duration::from_secs(10)).await;
            let state = RateLimiter(gate).status();
            prop_assert_eq!((state.left, state.in_flight, state.waiting), (Some(4), 0, 0));
            Ok(())
        })?;
    }
}
