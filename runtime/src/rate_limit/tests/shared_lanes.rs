//! Several processes that share the lanes of one account through a store, on a paused clock.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use tokio::time::{Instant, sleep};

use super::{Naming, Server, TEN};
use crate::clock::SystemClock;
use crate::rate_limit::store::{
    LaneKey, Lease, LeaseRequest, MemoryStore, RateLimitStore, StoreError, StoreFuture,
};
use crate::rate_limit::{
    Gate, LimitUpdate, Quota, RateLimitHeaders, RateLimiter, StoreLink, StoreState, Turn,
};

/// A store that can fail.
#[derive(Default)]
pub(super) struct FaultyStore {
    pub(super) store: MemoryStore,
    pub(super) is_down: AtomicBool,
    /// The requests have an effect, and the replies are lost.
    loses_replies: AtomicBool,
    /// The connection is lost after the next request has had its effect, so the client repeats the request.
    repeats_next: AtomicBool,
    /// The milliseconds by which each request is delayed, up to twice as much at random.
    pub(super) delay: AtomicU64,
    requests: AtomicU64,
}

/// Returns a random time up to a maximum.
fn any_time(max: Duration) -> Duration {
    let part = f64::from(u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap());
    max.mul_f64(part / f64::from(u32::MAX))
}

impl RateLimitStore for FaultyStore {
    fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a> {
        Box::pin(async move {
            self.requests.fetch_add(1, Ordering::Relaxed);
            let delay = Duration::from_millis(self.delay.load(Ordering::Relaxed));
            sleep(Duration::from_millis(1) + delay + any_time(delay)).await;
            if self.is_down.load(Ordering::Relaxed) {
                return Err(StoreError::new("connection refused"));
            }
            if self.repeats_next.swap(false, Ordering::Relaxed) {
                let _lost = self.store.exchange(lane, request.clone()).await;
            }
            let lease = self.store.exchange(lane, request).await;
            if self.loses_replies.load(Ordering::Relaxed) {
                return Err(StoreError::new("connection reset"));
            }
            lease
        })
    }
}

/// A fleet of processes and a server with one limit.
pub(super) struct Fleet {
    pub(super) store: Arc<FaultyStore>,
    pub(super) server: Arc<Mutex<Server>>,
    pub(super) latency: Duration,
    /// The largest difference between the latencies of two calls.
    pub(super) jitter: Duration,
    pub(super) began: Instant,
    pub(super) refused: Arc<Mutex<Vec<Duration>>>,
    /// The waits of the tasks, with the numbers of their processes.
    pub(super) waits: Arc<Mutex<Vec<(usize, Duration)>>>,
}

impl Fleet {
    pub(super) fn new(limit: u64, naming: Naming) -> Self {
        Self {
            store: Arc::default(),
            server: Arc::new(Mutex::new(Server::new(limit, naming))),
            latency: Duration::from_millis(100),
            jitter: Duration::ZERO,
            began: Instant::now(),
            refused: Arc::default(),
            waits: Arc::default(),
        }
    }

    pub(super) fn process(&self, quota: Quota) -> Arc<Gate> {
        let store = Arc::clone(&self.store);
        let link = StoreLink::new(Arc::new(store), "https://api", "token", "account");
        Arc::new(Gate::own(quota, Arc::new(SystemClock::default())).with_store(link))
    }

    /// Runs a task of one call, which is repeated if it is refused.
    pub(super) fn task(&self, process: usize, gate: &Arc<Gate>) -> tokio::task::JoinHandle<()> {
        let (gate, server) = (Arc::clone(gate), Arc::clone(&self.server));
        let latency = self.latency;
        let (jitter, began) = (self.jitter, self.began);
        let (refused, waits) = (Arc::clone(&self.refused), Arc::clone(&self.waits));
        tokio::spawn(async move {
            let started = Instant::now();
            let mut turn = Turn::default();
            loop {
                let patience = Duration::from_secs(10_000);
                let permit = gate.enter(&mut turn, patience).await.ok().unwrap();
                sleep(latency / 2 + any_time(jitter / 2)).await;
                let update = server.lock().unwrap().answer(began.elapsed());
                sleep(latency / 2 + any_time(jitter / 2)).await;
                permit.complete(&update);
                if !update.is_refused() {
                    break;
                }
                refused.lock().unwrap().push(began.elapsed());
            }
            waits.lock().unwrap().push((process, started.elapsed()));
        })
    }

    pub(super) fn refused_after(&self, time: Duration) -> usize {
        let refused = self.refused.lock().unwrap();
        refused.iter().filter(|at| **at > time).count()
    }

    /// Returns the lease that a process gets whose first 100 calls wait.
    async fn lease_of_newcomer(&self) -> Lease {
        let request = LeaseRequest {
            process: 99,
            turn: 1,
            waiting: 100,
            slow_start: 10,
            ..LeaseRequest::default()
        };
        let lane = LaneKey::new("https://api", "token", Some("account"));
        self.store.store.exchange(&lane, request).await.unwrap()
    }

    pub(super) fn requests(&self) -> u64 {
        self.store.requests.load(Ordering::Relaxed)
    }
}

/// Returns the mean of some waits in seconds.
pub(super) fn mean(waits: impl Iterator<Item = Duration>) -> f64 {
    let waits: Vec<f64> = waits.map(|wait| wait.as_secs_f64()).collect();
    let count = u32::try_from(waits.len()).unwrap();
    waits.iter().sum::<f64>() / f64::from(count)
}

#[tokio::test(start_paused = true)]
async fn eight_processes_use_one_limit_and_are_not_refused() {
    for naming in [Naming::Ceiling, Naming::RetryAfter] {
        let fleet = Fleet::new(50, naming);
        let gates: Vec<_> = (0..8).map(|_| fleet.process(Quota::unlimited())).collect();
        let mut tasks = Vec::new();
        for _ in 0..50 {
            for (process, gate) in gates.iter().enumerate() {
                tasks.push(fleet.task(process, gate));
            }
        }
        for task in tasks {
            task.await.unwrap();
        }
        let took = fleet.began.elapsed();
        let mut waits = fleet.waits.lock().unwrap().clone();
        waits.sort_by_key(|(_, wait)| *wait);
        let longest = waits.last().unwrap().1;
        let all = mean(waits.iter().map(|(_, wait)| *wait));
        println!(
            "{naming:?}: {took:?}, {} refused, {} requests, median {:?}, longest {longest:?}",
            fleet.refused_after(Duration::ZERO),
            fleet.requests(),
            waits[200].1
        );
        if naming == Naming::Ceiling {
            assert_eq!(fleet.refused_after(Duration::ZERO), 0);
            // The last of eight windows begins after 70 s.
            assert!(took < Duration::from_secs_f64(70.0 / 0.97), "{took:?}");
            assert!(longest <= waits[200].1 * 2, "{longest:?}");
            for process in 0..8 {
                let own = waits.iter().filter(|(of, _)| *of == process);
                let own = mean(own.map(|(_, wait)| *wait));
                assert!((own / all - 1.0).abs() < 0.15, "{process}: {own} of {all}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_store_leaves_each_process_its_share() {
    let fleet = Fleet::new(50, Naming::Ceiling);
    let gates: Vec<_> = (0..8).map(|_| fleet.process(Quota::unlimited())).collect();
    let mut tasks = Vec::new();
    for (process, gate) in gates.iter().enumerate() {
        tasks.extend((0..50).map(|_| fleet.task(process, gate)));
    }
    sleep(Duration::from_secs(22)).await;
    fleet.store.is_down.store(true, Ordering::Relaxed);
    fleet.store.store.clear();
    sleep(Duration::from_secs(5)).await;
    let status = RateLimiter(Arc::clone(&gates[0])).status();
    assert_eq!(
        status.store,
        Some(StoreState::Unreachable { share: Some(6) })
    );
    sleep(Duration::from_secs(15)).await;
    fleet.store.is_down.store(false, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let took = fleet.began.elapsed();
    println!(
        "{took:?} {:?} {}",
        fleet.refused.lock().unwrap(),
        fleet.requests()
    );
    let status = RateLimiter(Arc::clone(&gates[0])).status();
    assert_eq!(status.store, Some(StoreState::Connected { processes: 8 }));
    assert_eq!(fleet.refused_after(Duration::from_secs(32)), 0);
    assert!(took < Duration::from_secs_f64(70.0 / 0.8), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn the_calls_of_a_crashed_process_and_of_lost_replies_return() {
    let fleet = Fleet::new(50, Naming::Ceiling);
    let crashing = fleet.process(Quota::unlimited());
    let gate = fleet.process(Quota::unlimited());
    let lost: Vec<_> = (0..30).map(|_| fleet.task(0, &crashing)).collect();
    sleep(Duration::from_millis(20)).await;
    for task in &lost {
        task.abort();
    }
    std::mem::forget(crashing);
    fleet.store.loses_replies.store(true, Ordering::Relaxed);
    let tasks: Vec<_> = (0..200).map(|_| fleet.task(1, &gate)).collect();
    sleep(Duration::from_secs(3)).await;
    fleet.store.loses_replies.store(false, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let took = fleet.began.elapsed();
    println!(
        "{took:?} {:?} {}",
        fleet.refused.lock().unwrap(),
        fleet.requests()
    );
    assert_eq!(fleet.refused_after(TEN), 0);
    assert!(took < Duration::from_secs(55), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_repeated_delays_its_calls_for_a_moment() {
    let fleet = Fleet::new(100_000, Naming::Ceiling);
    let gate = fleet.process(Quota::unlimited());
    for _ in 0..20 {
        fleet.store.repeats_next.store(true, Ordering::Relaxed);
        let began = fleet.began.elapsed();
        let tasks: Vec<_> = (0..10).map(|_| fleet.task(0, &gate)).collect();
        for task in tasks {
            task.await.unwrap();
        }
        // The latency of the calls is 100 ms.
        let took = fleet.began.elapsed().checked_sub(began).unwrap();
        assert!(took < Duration::from_millis(300), "{took:?}");
        sleep(Duration::from_secs(2)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn most_calls_of_a_sequence_need_no_request() {
    let fleet = Fleet::new(100_000, Naming::Ceiling);
    let gate = fleet.process(Quota::unlimited());
    for _ in 0..1000 {
        fleet.task(0, &gate).await.unwrap();
    }
    println!("{} requests", fleet.requests());
    // Two lanes.
    assert!(fleet.requests() < 300, "{}", fleet.requests());
    let lanes = fleet.requests();
    sleep(Duration::from_secs(60)).await;
    assert!(
        fleet.requests() <= lanes + 4,
        "an idle process asks nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn a_process_does_not_ask_in_vain_for_calls_ahead() {
    // Each call takes the last one, so none can be leased ahead.
    let fleet = Fleet::new(40, Naming::Ceiling);
    let gate = fleet.process(Quota::unlimited());
    for _ in 0..120 {
        fleet.task(0, &gate).await.unwrap();
    }
    println!("{} requests", fleet.requests());
    assert!(fleet.requests() < 120, "{}", fleet.requests());
}

#[tokio::test(start_paused = true)]
async fn a_quota_holds_for_all_processes_together() {
    let fleet = Fleet::new(1000, Naming::RetryAfter);
    let quota = Quota::unlimited().per_account(20, TEN);
    let gates: Vec<_> = (0..4).map(|_| fleet.process(quota)).collect();
    let mut tasks = Vec::new();
    for (process, gate) in gates.iter().enumerate() {
        tasks.extend((0..20).map(|_| fleet.task(process, gate)));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let took = fleet.began.elapsed();
    println!("{took:?}, {} requests", fleet.requests());
    assert!(took >= Duration::from_secs(30), "{took:?}");
    assert!(took < Duration::from_secs(36), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_never_responds_delays_the_first_call_only() {
    let fleet = Fleet::new(50, Naming::Ceiling);
    fleet.store.delay.store(100_000, Ordering::Relaxed);
    let gate = fleet.process(Quota::unlimited());
    for _ in 0..20 {
        fleet.task(0, &gate).await.unwrap();
    }
    // One timeout for each of the two lanes.
    assert!(
        fleet.began.elapsed() < Duration::from_millis(3200),
        "{:?}",
        fleet.began.elapsed()
    );
    let status = RateLimiter(Arc::clone(&gate)).status();
    assert_eq!(
        status.store,
        Some(StoreState::Unreachable { share: Some(50) })
    );
}

/// Returns the response of a server that names its limit and counts nothing.
fn limited(status: StatusCode, retry_after: Option<Duration>) -> LimitUpdate {
    let limit = RateLimitHeaders {
        limit: Some(20),
        retry_after,
        ..RateLimitHeaders::default()
    };
    LimitUpdate::new(status, limit)
}

#[tokio::test(start_paused = true)]
async fn a_client_for_each_job_gives_back_no_call_that_was_sent() {
    let fleet = Fleet::new(20, Naming::RetryAfter);
    for job in 1..=3_u64 {
        let gate = fleet.process(Quota::unlimited());
        for _ in 0..5 {
            let permit = gate.enter(&mut Turn::default(), TEN).await.ok().unwrap();
            permit.complete(&limited(StatusCode::OK, None));
        }
        drop(gate);
        sleep(Duration::from_millis(100)).await;
        if job == 3 {
            assert_eq!(fleet.lease_of_newcomer().await.calls, 20 - 5 * job);
        }
    }
    // A refusal right before the end.
    let fleet = Fleet::new(20, Naming::RetryAfter);
    let gate = fleet.process(Quota::unlimited());
    let permit = gate.enter(&mut Turn::default(), TEN).await.ok().unwrap();
    let refused = limited(StatusCode::TOO_MANY_REQUESTS, Some(3 * TEN));
    permit.complete(&refused);
    drop(gate);
    sleep(Duration::from_millis(200)).await;
    let lease = fleet.lease_of_newcomer().await;
    assert_eq!((lease.calls, lease.ask_again_in), (0, TEN / 2));
}
