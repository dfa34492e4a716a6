//! Lanes whose store is set late, is asked by a runtime that stops, or comes and goes.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::{Instant, sleep, timeout};
use tracing::{Event, Level, Metadata, Subscriber, span};

use super::TEN;
use super::shared_lanes::FaultyStore;
use crate::clock::SystemClock;
use crate::rate_limit::store::{
    LaneKey, LeaseRequest, MemoryStore, RateLimitStore, StoreError, StoreFuture,
};
use crate::rate_limit::{
    Gate, Lanes, LanesInStore, LimitUpdate, Quota, RateLimiter, StoreLink, StoreState, Turn,
};

/// Makes a call, which is accepted at once.
async fn call(gate: &Gate) {
    let permit = gate.enter(&mut Turn::default(), TEN).await;
    let permit = permit.unwrap_or_else(|long| panic!("the call waits too long: {long:?}"));
    permit.complete(&LimitUpdate::default());
}

fn store_state(gate: &Arc<Gate>) -> Option<StoreState> {
    RateLimiter(Arc::clone(gate)).status().store
}

#[tokio::test(start_paused = true)]
async fn a_client_without_a_store_uses_that_of_a_later_client() {
    let quota = Quota::unlimited().per_account(1, Duration::from_secs(2));
    let lanes = Arc::new(Lanes::own(quota, Arc::new(SystemClock::default())));
    let gate = || Arc::new(Gate::new(&lanes, &Arc::from("account"), None));
    let earlier = gate();
    call(&earlier).await;
    let waiting = Arc::clone(&earlier);
    let waiting = tokio::spawn(async move { call(&waiting).await });
    sleep(Duration::from_millis(10)).await;
    lanes.share_in(LanesInStore {
        store: Arc::new(MemoryStore::default()),
        base_url: "https://api".to_owned(),
        token: "token".to_owned().into(),
    });
    let later = gate();
    let began = Instant::now();
    waiting.await.unwrap();
    call(&earlier).await;
    call(&later).await;
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
    let connected = Some(StoreState::Connected { processes: 1 });
    assert_eq!([&earlier, &later].map(store_state), [connected; 2]);
}

/// A store with a short timeout, which takes a moment.
#[derive(Default)]
struct QuickStore(MemoryStore);

impl RateLimitStore for QuickStore {
    fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a> {
        Box::pin(async move {
            sleep(Duration::from_millis(20)).await;
            self.0.exchange(lane, request).await
        })
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(100)
    }
}

#[test]
fn a_call_takes_over_the_driver_of_a_runtime_that_stops() {
    for stops_at in [5, 1000] {
        let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
        let (first, second) = (runtime(), runtime());
        let link = StoreLink::new(
            Arc::<QuickStore>::default(),
            "https://api",
            "token",
            "account",
        );
        let clock = Arc::new(SystemClock::default());
        let gate = Arc::new(Gate::own(Quota::unlimited(), clock).with_store(link));
        // The first runtime stops while the store is asked, or after the call.
        let ended =
            first.block_on(async { timeout(Duration::from_millis(stops_at), call(&gate)).await });
        assert_eq!(ended.is_ok(), stops_at == 1000);
        std::thread::sleep(Duration::from_millis(300));
        for _ in 0..3 {
            second.block_on(call(&gate));
        }
        let connected = Some(StoreState::Connected { processes: 1 });
        assert_eq!(store_state(&gate), connected, "{stops_at}");
    }
}

/// A store that has no connection for one lane.
struct PartlyDown {
    store: MemoryStore,
    down: Mutex<LaneKey>,
}

impl RateLimitStore for PartlyDown {
    fn exchange<'a>(&'a self, lane: &'a LaneKey, request: LeaseRequest) -> StoreFuture<'a> {
        Box::pin(async move {
            if *self.down.lock().unwrap() == *lane {
                return Err(StoreError::new("connection refused"));
            }
            self.store.exchange(lane, request).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn the_state_and_the_error_of_the_store_are_those_of_the_lanes_of_a_client() {
    let lane = |account| LaneKey::new("https://api", "token", account);
    let store = Arc::new(PartlyDown {
        store: MemoryStore::default(),
        down: Mutex::new(lane(None)),
    });
    let gates = ["a", "b"].map(|account| {
        let link = StoreLink::new(Arc::clone(&store) as _, "https://api", "token", account);
        let clock = Arc::new(SystemClock::default());
        Arc::new(Gate::own(Quota::unlimited(), clock).with_store(link))
    });
    // The lane without a store, and the clients of its account. The lane of the token is in the log only.
    let outages = [
        (Some("a"), [true, false]),
        (Some("b"), [false, true]),
        (None, [false, false]),
        (Some("c"), [false, false]),
    ];
    for (down, are_down) in outages {
        *store.down.lock().unwrap() = lane(down);
        for _ in 0..50 {
            for gate in &gates {
                call(gate).await;
            }
            sleep(Duration::from_millis(100)).await;
        }
        for (gate, is_down) in gates.iter().zip(are_down) {
            let state = store_state(gate).unwrap();
            let is_unreachable = matches!(state, StoreState::Unreachable { .. });
            assert_eq!(is_unreachable, is_down, "{down:?}: {state:?}");
            let error = RateLimiter(Arc::clone(gate)).store_error();
            let expected = is_down.then(|| "connection refused".to_owned());
            assert_eq!(error, expected, "{down:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_has_lost_its_state_is_unreachable_for_that_reason() {
    let store = Arc::new(FaultyStore::default());
    let link = StoreLink::new(
        Arc::new(Arc::clone(&store)),
        "https://api",
        "token",
        "account",
    );
    let clock = Arc::new(SystemClock::default());
    let gate = Arc::new(Gate::own(Quota::unlimited(), clock).with_store(link));
    let mut reasons = Vec::new();
    for step in 0..100 {
        if step == 20 {
            store.store.clear();
        }
        call(&gate).await;
        let error = RateLimiter(Arc::clone(&gate)).store_error();
        let state = store_state(&gate).unwrap();
        let is_unreachable = matches!(state, StoreState::Unreachable { .. });
        assert_eq!(error.is_some(), is_unreachable, "{state:?}");
        reasons.extend(error);
        sleep(Duration::from_millis(200)).await;
    }
    assert!(reasons.len() > 10, "{reasons:?}");
    let is_named = |reason: &String| reason.contains("has lost its state");
    assert!(reasons.iter().all(is_named), "{reasons:?}");
    assert_eq!(
        store_state(&gate),
        Some(StoreState::Connected { processes: 1 })
    );
}

/// A log that keeps the levels of its lines.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Level>>>);

impl Log {
    fn take(&self) -> Vec<Level> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "toolsmith"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(*event.metadata().level());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_logged_once_for_all_lanes_and_clients() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let store = Arc::new(FaultyStore::default());
    let gates: Vec<_> = (0..3)
        .map(|client| {
            let (store, token) = (Arc::clone(&store), format!("token {client}"));
            let link = StoreLink::new(Arc::new(store), "https://api", &token, "account");
            let clock = Arc::new(SystemClock::default());
            Arc::new(Gate::own(Quota::unlimited(), clock).with_store(link))
        })
        .collect();
    let call_for = async |seconds: u64| {
        for _ in 0..seconds * 10 {
            for gate in &gates {
                call(gate).await;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let set_down = |is_down: bool| store.is_down.store(is_down, Ordering::Relaxed);
    call_for(3).await;
    assert!(log.take().is_empty());
    set_down(true);
    call_for(90).await;
    assert_eq!(log.take(), [Level::WARN]);
    set_down(false);
    call_for(10).await;
    assert_eq!(log.take(), [Level::INFO]);
    for _ in 0..20 {
        set_down(true);
        call_for(1).await;
        set_down(false);
        call_for(1).await;
    }
    assert_eq!(
        log.take(),
        [Level::WARN, Level::INFO],
        "a store that comes and goes"
    );
    set_down(true);
    call_for(90).await;
    assert_eq!(log.take(), [Level::WARN]);
}
