//! Held calls, late refusals, and the owner of a limit.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use http::StatusCode;
use tokio::time::{Instant, sleep, timeout};

use crate::clock::SystemClock;
use crate::rate_limit::headers::RateLimitHeaders;
use crate::rate_limit::lane::Lane;
use crate::rate_limit::queue::Queue;
use crate::rate_limit::quota::Rate;
use crate::rate_limit::{Gate, Lanes, LimitUpdate, Quota, Turn};

const LONG: Duration = Duration::from_secs(100);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The gates of the accounts of one token.
fn gates(limits: Quota) -> impl Fn(&str) -> Arc<Gate> {
    let lanes = Arc::new(Lanes::own(limits, Arc::new(SystemClock::default())));
    move |account| Arc::new(Gate::new(&lanes, &Arc::from(account), None))
}

fn refused(wait: u64) -> LimitUpdate {
    let headers = RateLimitHeaders {
        retry_after: Some(seconds(wait)),
        ..RateLimitHeaders::default()
    };
    LimitUpdate::new(StatusCode::TOO_MANY_REQUESTS, headers)
}

fn accepted() -> LimitUpdate {
    LimitUpdate::new(StatusCode::OK, RateLimitHeaders::default())
}

async fn send(gate: &Gate, update: &LimitUpdate) {
    let mut turn = Turn::default();
    let permit = gate.enter(&mut turn, LONG).await.ok();
    permit.unwrap().complete(update);
}

/// It has the pass of its account when the server refuses that for 60 s, and the token opens after 10 s.
#[tokio::test(start_paused = true)]
async fn a_held_call_waits_until_the_refusal_of_its_account_is_over() {
    let gate = gates(Quota::unlimited().per_token(2, seconds(10)));
    let (account, other) = (gate("a"), gate("b"));
    let mut turn = Turn::default();
    let mut in_flight = account.enter(&mut turn, LONG).await.ok().unwrap();
    in_flight.mark_sent();
    send(&other, &accepted()).await;
    // It has the pass of its account, and waits for the token.
    let began = Instant::now();
    let held = {
        let account = Arc::clone(&account);
        tokio::spawn(async move {
            send(&account, &accepted()).await;
            began.elapsed()
        })
    };
    tokio::task::yield_now().await;
    in_flight.complete(&refused(60));
    assert!(held.await.unwrap() >= seconds(60));
}

/// Its future may live for as long as the program.
#[tokio::test(start_paused = true)]
async fn a_held_call_that_is_not_polled_blocks_no_other() {
    let limits = Quota::unlimited()
        .per_token(1, seconds(10))
        .per_account(1, seconds(10));
    let gate = gates(limits);
    let (account, other) = (gate("a"), gate("b"));
    send(&other, &accepted()).await;
    let mut turn = Turn::default();
    let mut unpolled = Box::pin(account.enter(&mut turn, seconds(10_000)));
    let mut context = Context::from_waker(Waker::noop());
    assert!(unpolled.as_mut().poll(&mut context).is_pending());
    let mut turn = Turn::default();
    let live = account.enter(&mut turn, seconds(10_000));
    assert!(timeout(seconds(600), live).await.is_ok());
}

/// The limit of one account happens to have the number of the token's quota.
#[tokio::test(start_paused = true)]
async fn an_account_with_500_calls_an_hour_does_not_block_the_others() {
    let gate = gates(Quota::truto());
    let (account, other) = (gate("a"), gate("b"));
    let spent = RateLimitHeaders {
        limit: Some(500),
        window: Some(seconds(3600)),
        remaining: Some(0),
        reset: Some(seconds(3000)),
        ..RateLimitHeaders::default()
    };
    send(&account, &LimitUpdate::new(StatusCode::OK, spent)).await;
    let mut turn = Turn::default();
    assert!(
        other.enter(&mut turn, LONG).await.is_ok(),
        "it has its own limit"
    );
}

/// Three accounts happen to spend their own limits at the same time.
#[tokio::test(start_paused = true)]
async fn refusals_at_the_same_time_do_not_tie_accounts_together_for_ever() {
    let gate = gates(Quota::unlimited());
    let accounts = ["a", "b", "c"].map(gate);
    for account in &accounts {
        send(account, &accepted()).await;
    }
    for account in &accounts {
        sleep(Duration::from_millis(10)).await;
        send(account, &refused(1)).await;
    }
    // The accounts work for a day.
    for _ in 0..1000 {
        sleep(seconds(86)).await;
        for account in &accounts {
            send(account, &accepted()).await;
        }
    }
    send(&accounts[0], &refused(60)).await;
    let began = Instant::now();
    send(&accounts[1], &accepted()).await;
    assert!(began.elapsed() < seconds(1), "{:?}", began.elapsed());
}

/// A later call was accepted meanwhile.
#[test]
fn a_late_refusal_that_names_a_second_closes_the_lane() {
    let at = Duration::from_millis;
    let mut lane = Lane::new(None);
    let slow = lane.take(at(0)).unwrap();
    let fast = lane.take(at(0)).unwrap();
    lane.end(fast, at(10), Some(&refused(1)));
    let probe = lane.take(at(1010)).unwrap();
    lane.end(probe, at(1020), Some(&accepted()));
    lane.end(slow, at(1050), Some(&refused(1)));
    assert_eq!(lane.take(at(1051)).map(drop), Err(at(2050)));
}

/// Otherwise one would take the pass or the place of the other.
#[test]
fn two_calls_that_step_back_get_different_tickets() {
    let rate = Rate {
        calls: 2,
        window: seconds(10),
    };
    let queue = Queue::new(Lane::new(Some(rate)));
    let now = Duration::ZERO;
    let (first, second, third) = (queue.arrive(now), queue.arrive(now), queue.arrive(now));
    assert!(first.1.is_some() && second.1.is_some() && third.1.is_none());
    queue.poll(third.0, now, Waker::noop()).unwrap_err();
    // Both read the bodies of their refusals, and enter the queue again later.
    assert_ne!(queue.step_back(first.0), queue.step_back(second.0));
}

fn of_quota(remaining: u64) -> LimitUpdate {
    let headers = RateLimitHeaders {
        limit: Some(500),
        remaining: Some(remaining),
        reset: Some(seconds(10)),
        ..RateLimitHeaders::default()
    };
    LimitUpdate::new(StatusCode::OK, headers)
}

/// The limits of the accounts have the number of the token's quota, and its length.
#[tokio::test(start_paused = true)]
async fn accounts_with_limits_like_the_quota_of_the_token_contradict_it() {
    let gate = gates(Quota::truto());
    let (account, other) = (gate("a"), gate("b"));
    for (one, remaining) in [
        (&account, 400),
        (&other, 499),
        (&account, 300),
        (&other, 498),
    ] {
        send(one, &of_quota(remaining)).await;
        sleep(Duration::from_millis(10)).await;
    }
    send(&account, &of_quota(0)).await;
    let mut turn = Turn::default();
    assert!(other.enter(&mut turn, seconds(1)).await.is_ok());
}

/// A limit of the token is doubted after a minute, and one refusal more confirms it.
#[tokio::test(start_paused = true)]
async fn a_limit_of_the_token_is_confirmed_again() {
    let gate = gates(Quota::unlimited());
    let accounts = ["a", "b", "c"].map(gate);
    let began = Instant::now();
    for round in 0..5 {
        for account in &accounts {
            send(account, &accepted()).await;
        }
        // In the first round, two accounts are refused because of the first one.
        for account in accounts.iter().take(if round == 0 { 3 } else { 2 }) {
            sleep(Duration::from_millis(10)).await;
            send(account, &refused(10)).await;
        }
        let began = Instant::now();
        send(&accounts[2], &accepted()).await;
        assert!(
            began.elapsed() >= seconds(9),
            "{round}: {:?}",
            began.elapsed()
        );
        sleep(seconds(100)).await;
    }
    assert!(began.elapsed() > seconds(500));
}
