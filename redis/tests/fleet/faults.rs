//! The fleet while processes and the store fail.

use std::time::Duration;

use crate::fleet::{Fleet, Outcome, Plan};
use crate::proxy::Proxy;
use crate::server::{self, StoreServer};
use crate::worker::Limiter;

/// The share of the limit that an ordinary test demands. It is lower than the promise, because the
/// other tests of this machine run at the same time.
const SHORT_SHARE: f64 = 0.85;

fn run(plan: Plan, store: &str, faults: impl FnOnce(&mut Fleet)) -> Outcome {
    let mut fleet = Fleet::start(plan, Limiter::Store, store);
    faults(&mut fleet);
    let outcome = fleet.end();
    println!("{}", outcome.row("store"));
    outcome
}

#[test]
#[ignore = "measures processes in real time; `.ci/run redis` runs it"]
fn eight_processes_share_one_limit() {
    let Some(store) = StoreServer::start() else {
        return;
    };
    let outcome = run(Plan::short(), &store.url(), |_| {});
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    assert!(outcome.used >= SHORT_SHARE, "{}", outcome.used);
    assert!(outcome.longest() <= 2.0, "{}", outcome.longest());
    assert!(outcome.unevenness() < 0.2, "{}", outcome.unevenness());
    assert!(!outcome.was_alone);
    // The store holds names of lanes, and nothing that leads to the token.
    let keys = store.command(&["KEYS", "*"]);
    assert!(keys.contains("toolsmith:{"), "{keys}");
}

#[test]
#[ignore = "measures processes in real time; `.ci/run redis` runs it"]
fn calls_go_on_while_the_store_is_killed_and_comes_back() {
    let Some(mut store) = StoreServer::start() else {
        return;
    };
    let url = store.url();
    let plan = Plan::short();
    let outcome = run(plan, &url, |fleet| {
        fleet.wait_until(3.0);
        store.kill();
        fleet.wait_until(8.0);
        store.restart();
    });
    assert!(outcome.was_alone);
    assert_eq!(outcome.refused_after(5.2), 0, "{:?}", outcome.refused);
    assert!(outcome.used >= 0.6, "{}", outcome.used);
}

#[test]
#[ignore = "measures processes in real time; `.ci/run redis` runs it"]
fn a_flushed_store_is_filled_again() {
    let Some(store) = StoreServer::start() else {
        return;
    };
    let url = store.url();
    let outcome = run(Plan::short(), &url, |fleet| {
        fleet.wait_until(5.0);
        store.command(&["FLUSHALL"]);
    });
    assert_eq!(outcome.refused_after(7.2), 0, "{:?}", outcome.refused);
    assert!(outcome.used >= 0.6, "{}", outcome.used);
}

#[test]
#[ignore = "measures processes in real time; `.ci/run redis` runs it"]
fn a_store_that_hangs_or_is_slow_delays_no_call_for_long() {
    let Some(store) = StoreServer::start() else {
        return;
    };
    let proxy = Proxy::start(store.port());
    let outcome = run(Plan::short(), &proxy.url(), |fleet| {
        fleet.wait_until(2.5);
        store.signal("STOP");
        fleet.wait_until(5.0);
        store.signal("CONT");
        fleet.wait_until(7.0);
        proxy.delay(Duration::from_secs(2));
        fleet.wait_until(9.0);
        proxy.delay(Duration::ZERO);
        proxy.cut();
        fleet.wait_until(10.0);
        proxy.mend();
    });
    assert!(outcome.was_alone);
    // Each fault may cost the window in which it begins.
    let limit = 50;
    assert!(outcome.refused.len() < limit, "{:?}", outcome.refused);
    assert!(outcome.used >= 0.55, "{}", outcome.used);
}

#[test]
#[ignore = "measures processes in real time; `.ci/run redis` runs it"]
fn a_distant_store_is_shared() {
    let Some(store) = StoreServer::start() else {
        return;
    };
    let milliseconds = Duration::from_millis;
    // A lease ends before its window does, so a window has to be long compared with a round trip.
    for (each_way, timeout, window) in [(150, 500, 2), (300, 2000, 6)] {
        let proxy = Proxy::start(store.port());
        proxy.delay(milliseconds(each_way));
        let store_timeout = milliseconds(timeout);
        let plan = Plan {
            window,
            store_timeout,
            ..Plan::full()
        };
        let outcome = run(plan, &proxy.url(), |_| {});
        assert!(outcome.ended_shared, "{each_way} ms each way");
        // The processes do not know each other before they reach the store.
        let refused = outcome.refused_after(8.0);
        assert_eq!(refused, 0, "{each_way} ms: {:?}", outcome.refused);
        assert!(outcome.used >= 0.5, "{each_way} ms: {}", outcome.used);
    }
}

#[test]
#[ignore = "measures processes in real time; `.ci/run redis` runs it"]
fn stopped_and_killed_processes_cost_the_others_nothing_for_long() {
    let Some(store) = StoreServer::start() else {
        return;
    };
    let url = store.url();
    let outcome = run(Plan::short(), &url, |fleet| {
        fleet.wait_until(2.5);
        server::signal(fleet.process(1), "STOP");
        fleet.kill(0);
        fleet.wait_until(6.0);
        // It is the first one now.
        server::signal(fleet.process(0), "CONT");
    });
    // A stopped process may have calls on the way to the server.
    assert!(outcome.refused.len() <= 2, "{:?}", outcome.refused);
    assert!(outcome.took < Duration::from_secs(19), "{:?}", outcome.took);
}

#[test]
#[ignore = "measures processes in real time; `.ci/run redis` runs it"]
fn a_replica_takes_over() {
    let Some(mut store) = StoreServer::start() else {
        return;
    };
    let replica = store.replica();
    let proxy = Proxy::start(store.port());
    let outcome = run(Plan::short(), &proxy.url(), |fleet| {
        fleet.wait_until(5.0);
        store.kill();
        replica.command(&["REPLICAOF", "NO", "ONE"]);
        proxy.redirect(replica.port());
    });
    assert_eq!(outcome.refused_after(7.2), 0, "{:?}", outcome.refused);
    assert!(outcome.used >= 0.6, "{}", outcome.used);
}

/// The promise, in full length. It takes eight minutes:
/// `cargo test -p toolsmith-redis --test fleet the_table -- --ignored --nocapture`.
#[test]
#[ignore = "it takes eight minutes"]
fn the_table() {
    let Some(mut store) = StoreServer::start() else {
        return;
    };
    let (url, plan) = (store.url(), Plan::full());
    println!("| limiter | refused | time | of the limit | longest wait in medians | unevenness |");
    println!("|---|---|---|---|---|---|");
    let shared = Fleet::start(plan, Limiter::Store, &url).end();
    println!("{}", shared.row("`toolsmith-redis`"));
    let fleet = Fleet::start(plan, Limiter::Store, &url);
    fleet.wait_until(25.0);
    store.kill();
    fleet.wait_until(45.0);
    store.restart();
    let lost = fleet.end();
    println!(
        "{}",
        lost.row("`toolsmith-redis`, the store is away from 25 s to 45 s")
    );
    for (limiter, name) in [
        (Limiter::Process, "the limiter of each process"),
        (
            Limiter::Governor,
            "`governor`, the whole limit in each process",
        ),
        (
            Limiter::GovernorShare,
            "`governor`, an eighth in each process",
        ),
    ] {
        println!("{}", Fleet::start(plan, limiter, &url).end().row(name));
    }
    assert!(shared.refused.is_empty(), "{:?}", shared.refused);
    assert!(shared.used >= 0.95, "{}", shared.used);
    assert!(shared.longest() <= 2.0, "{}", shared.longest());
    assert_eq!(lost.refused_after(36.0), 0, "{:?}", lost.refused);
    assert!(lost.used >= 0.7, "{}", lost.used);
}
