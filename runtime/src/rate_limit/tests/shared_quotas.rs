//! A client-side limit that several processes share through a store at any distance, on a paused clock: it
//! is kept in every period, and no call waits forever.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use tokio::time::{Instant, sleep, timeout};

use crate::clock::SystemClock;
use crate::rate_limit::store::{LaneKey, LeaseRequest, MemoryStore, RateLimitStore, StoreFuture};
use crate::rate_limit::{Gate, LimitUpdate, Quota, RateLimitHeaders, StoreLink, Turn};

const PERIOD: Duration = Duration::from_secs(2);
const PROCESSES: usize = 4;
const TASKS: usize = 15;
const LIMIT: usize = 10;

/// A store whose requests take these milliseconds, one after the other.
pub(super) struct DistantStore {
    store: MemoryStore,
    trips: &'static [u64],
    requests: AtomicUsize,
}

impl DistantStore {
    pub(super) fn new(trips: &'static [u64]) -> Self {
        Self {
            store: MemoryStore::default(),
            trips,
            requests: AtomicUsize::default(),
        }
    }
}

impl RateLimitStore for DistantStore {
    fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a> {
        Box::pin(async move {
            let number = self.requests.fetch_add(1, Ordering::Relaxed);
            let trip = Duration::from_millis(self.trips[number % self.trips.len()]);
            sleep(trip / 2).await;
            let lease = self.store.exchange(lane, request).await;
            sleep(trip / 2).await;
            lease
        })
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(5)
    }
}

/// Returns the response of a server with short windows, in which no call is refused.
fn accepted() -> LimitUpdate {
    let limit = RateLimitHeaders {
        limit: Some(1000),
        remaining: Some(900),
        reset: Some(Duration::from_secs(1)),
        window: Some(PERIOD),
        ..RateLimitHeaders::default()
    };
    LimitUpdate::new(StatusCode::OK, limit)
}

/// Returns the times of the calls of all processes.
async fn sent(trips: &'static [u64], quota: Quota) -> Vec<Duration> {
    let store = Arc::new(DistantStore::new(trips));
    let (began, times) = (Instant::now(), Arc::<Mutex<Vec<_>>>::default());
    let mut tasks = Vec::new();
    for _ in 0..PROCESSES {
        let (store, clock) = (Arc::clone(&store), Arc::new(SystemClock::default()));
        let link = StoreLink::new(store, "https://api", "token", "account");
        let gate = Arc::new(Gate::own(quota, clock).with_store(link));
        for _ in 0..TASKS {
            let (gate, times) = (Arc::clone(&gate), Arc::clone(&times));
            tasks.push(tokio::spawn(async move {
                let mut turn = Turn::default();
                let patience = Duration::from_secs(10_000);
                let permit = gate.enter(&mut turn, patience).await.ok().unwrap();
                times.lock().unwrap().push(began.elapsed());
                sleep(Duration::from_millis(30)).await;
                permit.complete(&accepted());
            }));
        }
    }
    for task in tasks {
        let ended = timeout(Duration::from_secs(600), task).await;
        ended.expect("the call waits forever").unwrap();
    }
    let mut times = times.lock().unwrap().clone();
    times.sort_unstable();
    times
}

#[tokio::test(start_paused = true)]
async fn a_shared_quota_is_kept_in_any_period_at_any_distance() {
    let calls = u64::try_from(LIMIT).unwrap();
    let of_account = Quota::unlimited().per_account(calls, PERIOD);
    let of_both = of_account.per_token(calls, PERIOD);
    let distances: [&[u64]; 6] = [
        &[2],
        &[100],
        &[600],
        &[40, 900, 2, 300],
        &[300, 300, 300, 300, 300, 2, 1400],
        &[2, 2, 2, 2, 2, 2, 2, 2, 700, 1100, 5],
    ];
    for trips in distances {
        for quota in [of_account, of_both] {
            let times = sent(trips, quota).await;
            for (first, over) in times.iter().zip(&times[LIMIT..]) {
                let apart = over.checked_sub(*first).unwrap();
                assert!(apart >= PERIOD, "{trips:?}: {apart:?} after {first:?}");
            }
            let took = *times.last().unwrap();
            println!("{trips:?}: {took:?}");
            assert!(took < Duration::from_secs(60), "{trips:?}: {took:?}");
        }
    }
}
