//! The connection to a server that does not respond, or that responds late.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use toolsmith_redis::RedisStore;
use toolsmith_runtime::rate_limit::store::{
    LaneKey, Lease, LeaseRequest, RateLimitStore, StoreError,
};

use crate::fake_store::{FakeStore, Response};

const SILENCE: &[(&str, Response)] = &[("", Response::Bytes(""))];

fn lane(account: &str) -> LaneKey {
    LaneKey::new("https://api.test", "token", Some(account))
}

/// Asks as the limiter does: it waits for the timeout of the store, and no longer.
async fn ask(store: &RedisStore, account: &str) -> Result<Lease, StoreError> {
    let lane = lane(account);
    let exchange = store.exchange(&lane, LeaseRequest::default());
    let reply = timeout(store.timeout(), exchange).await;
    reply.unwrap_or_else(|_| Err(StoreError::new("late")))
}

/// Asks until the store replies, and returns the number of attempts.
async fn attempts(store: &RedisStore) -> usize {
    for attempt in 1..100 {
        if ask(store, "a").await.is_ok() {
            return attempt;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("the store is never reached");
}

#[tokio::test]
async fn lanes_that_ask_at_the_same_time_share_one_connection() {
    let server = FakeStore::start();
    server.set_responses(SILENCE);
    let store = Arc::new(RedisStore::new(server.url("")).unwrap());
    let asking: Vec<_> = (0..100)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { ask(&store, &number.to_string()).await })
        })
        .collect();
    for one in asking {
        one.await.unwrap().unwrap_err();
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_distant_server_is_reached_with_one_connection() {
    let milliseconds = Duration::from_millis;
    // The round trip, and the timeout of a request.
    for (round_trip, timeout) in [(0, 500), (300, 500), (600, 2000)] {
        let server = FakeStore::start();
        server.set_round_trip(milliseconds(round_trip));
        let builder = RedisStore::builder(server.url("pass"));
        let store = builder.timeout(milliseconds(timeout)).build().unwrap();
        let attempts = attempts(&store).await;
        assert!(attempts <= 6, "{round_trip} ms: {attempts} attempts");
        for _ in 0..5 {
            ask(&store, "a").await.unwrap();
        }
        assert_eq!(server.accepted(), 1, "{round_trip} ms");
    }
}

#[tokio::test]
async fn late_replies_keep_the_connection() {
    let server = FakeStore::start();
    server.set_round_trip(Duration::from_millis(300));
    let builder = RedisStore::builder(server.url("pass"));
    let store = builder.timeout(Duration::from_millis(100)).build().unwrap();
    // Longer than the time without a reply after which a connection is replaced.
    for _ in 0..30 {
        ask(&store, "a").await.unwrap_err();
    }
    assert_eq!(server.accepted(), 1);
    server.set_round_trip(Duration::ZERO);
    sleep(Duration::from_millis(400)).await;
    attempts(&store).await;
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_connection_without_any_reply_is_replaced() {
    let server = FakeStore::start();
    let builder = RedisStore::builder(server.url("pass"));
    let builder = builder.connect_timeout(Duration::from_secs(1));
    let store = builder.timeout(Duration::from_millis(100)).build().unwrap();
    // While it connects, and after it has replied.
    for connections in [1, 2] {
        server.set_responses(SILENCE);
        for _ in 0..4 {
            ask(&store, "a").await.unwrap_err();
        }
        assert_eq!(server.accepted(), connections);
        sleep(Duration::from_secs(3)).await;
        server.set_responses(&[]);
        attempts(&store).await;
        assert_eq!(server.accepted(), connections + 1);
    }
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_costs_no_request() {
    let server = FakeStore::start();
    let store = RedisStore::new(server.url("pass")).unwrap();
    ask(&store, "a").await.unwrap();
    server.hang_up();
    sleep(Duration::from_millis(50)).await;
    ask(&store, "a").await.unwrap();
    assert_eq!(server.accepted(), 2);
}

#[test]
fn a_connection_outlives_no_runtime() {
    let server = FakeStore::start();
    let store = RedisStore::new(server.url("pass")).unwrap();
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    for _ in 0..3 {
        runtime().block_on(ask(&store, "a")).unwrap();
    }
    assert_eq!(server.accepted(), 3);
}
