//! Concurrent calls before both lanes, on a paused clock: they keep their order and the limits, and
//! leave no state behind, even if some are cancelled.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};

use crate::clock::SystemClock;
use crate::rate_limit::lane::Lane;
use crate::rate_limit::queue::Queue;
use crate::rate_limit::{Gate, LimitUpdate, Quota, RateLimiter, Turn};

/// Four calls in two seconds for the account, six in four for the token.
const ACCOUNT: (usize, Duration) = (4, Duration::from_secs(2));
const TOKEN: (usize, Duration) = (6, Duration::from_secs(4));

/// One of the concurrent calls; times are in milliseconds.
#[derive(Debug, Clone)]
struct ConcurrentCall {
    /// The delay after the previous call.
    delay: u64,
    patience: Option<u64>,
    /// The time at which its future is dropped, if it has not been sent.
    cancelled_at: Option<u64>,
    takes: u64,
    is_answered: bool,
}

fn any_call() -> impl Strategy<Value = ConcurrentCall> {
    let some = |up_to: u64| prop::option::weighted(0.3, 1..up_to);
    (
        0..300_u64,
        some(9000),
        some(9000),
        0..3000_u64,
        any::<bool>(),
    )
        .prop_map(
            |(delay, patience, cancelled_at, takes, is_answered)| ConcurrentCall {
                delay,
                patience,
                cancelled_at,
                takes,
                is_answered,
            },
        )
}

/// Sends a call and records the time.
async fn send_call(gate: Arc<Gate>, call: ConcurrentCall, went: impl FnOnce()) {
    const LONG: u64 = 1_000_000;
    let mut turn = Turn::default();
    let patience = Duration::from_millis(call.patience.unwrap_or(LONG));
    let cancelled_at = Duration::from_millis(call.cancelled_at.unwrap_or(LONG));
    let entered = timeout(cancelled_at, gate.enter(&mut turn, patience)).await;
    if let Ok(Ok(mut permit)) = entered {
        permit.mark_sent();
        went();
        sleep(Duration::from_millis(call.takes)).await;
        if call.is_answered {
            permit.complete(&LimitUpdate::default());
        }
    }
}

/// Returns the calls that were sent, with their times, and the gate.
async fn run(calls: Vec<ConcurrentCall>) -> (Vec<(usize, Duration)>, Arc<Gate>) {
    let limits = Quota::unlimited()
        .per_account(4, ACCOUNT.1)
        .per_token(6, TOKEN.1);
    let gate = Arc::new(Gate::own(limits, Arc::new(SystemClock::default())));
    let went: Arc<Mutex<Vec<(usize, Duration)>>> = Arc::default();
    let began = Instant::now();
    let mut tasks = Vec::new();
    for (index, call) in calls.into_iter().enumerate() {
        sleep(Duration::from_millis(call.delay)).await;
        let log = Arc::clone(&went);
        let note = move || log.lock().unwrap().push((index, began.elapsed()));
        tasks.push(tokio::spawn(send_call(Arc::clone(&gate), call, note)));
        tokio::task::yield_now().await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    let mut went = went.lock().unwrap().clone();
    // Calls at the same time may be polled in any order.
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
async fn held_calls_respect_the_limit_of_the_account() {
    let limits = Quota::unlimited()
        .per_token(4, Duration::from_secs(10))
        .per_account(2, Duration::from_secs(2));
    let gate = Arc::new(Gate::own(limits, Arc::new(SystemClock::default())));
    let other = Gate {
        token: Arc::clone(&gate.token),
        account: Arc::new(Queue::new(Lane::new(None))),
        clock: Arc::clone(&gate.clock),
        lanes: Arc::clone(&gate.lanes),
        #[cfg(feature = "rate-limit-store")]
        account_id: Arc::from(""),
        #[cfg(feature = "rate-limit-store")]
        store: std::sync::OnceLock::new(),
    };
    let patience = Duration::from_secs(100);
    for _ in 0..4 {
        let sent = other.enter(&mut Turn::default(), patience).await.ok();
        sent.unwrap().complete(&LimitUpdate::default());
    }
    let began = Instant::now();
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let gate = Arc::clone(&gate);
            tokio::spawn(async move {
                let sent = gate.enter(&mut Turn::default(), patience).await.ok();
                sent.unwrap().complete(&LimitUpdate::default());
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
    fn concurrent_calls_keep_their_order_and_both_limits(calls in prop::collection::vec(any_call(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let patient: Vec<usize> = (0..calls.len())
                .filter(|index| calls[*index].patience.is_none() && calls[*index].cancelled_at.is_none())
                .collect();
            let (went, gate) = run(calls).await;
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
