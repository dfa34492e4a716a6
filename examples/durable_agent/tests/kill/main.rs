//! The durable agent with a real server of Restate, killed with `kill -9` at every step.
//!
//! Each run ends with the same records in the account, no write is carried out twice, and the person is
//! asked once. Where the server cannot be had, the tests say so and pass; `.ci/run durable` names them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod model;
mod program;
mod settings;
mod world;

use std::collections::BTreeMap;
use std::time::Instant;

use generated::runtime::context::IdempotencyKey;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use toolsmith_testkit::fake_truto::{Fault, FaultKind};
use world::{DECLINED, Ended, Kills, World, rate_limited};

const CREATE_PROJECT: &str = "create_a_the_auth_api_project";
const CREATE_KEY: &str = "create_a_the_auth_api_api_key";
const DELETE_KEY: &str = "delete_a_the_auth_api_api_key_by_id";

/// One test at a time: each has a server.
static TURN: Mutex<()> = Mutex::const_new(());

async fn start() -> Option<World> {
    match World::start().await {
        Ok(world) => Some(world),
        Err(reason) => {
            println!("durable: not run: {reason}");
            None
        }
    }
}

/// Returns the writes, each once: its call, its tool and its arguments.
fn expected_writes() -> [(&'static str, &'static str, Value); 4] {
    let project = json!({"name": "Harbor", "accountId": "acc_8923", "env": "live"});
    let key = json!({"name": "Harbor server", "projectId": "prj_9001"});
    [
        ("call-2", CREATE_PROJECT, project),
        ("call-3", CREATE_KEY, key.clone()),
        ("call-4", CREATE_KEY, key),
        ("call-5", DELETE_KEY, json!({"id": "key_103"})),
    ]
}

/// Checks what holds for every run, whether it was killed or not.
fn check(ended: &Ended, undisturbed: &Ended, kills: &Kills) {
    assert_eq!(ended.state, undisturbed.state, "{kills:?}");
    assert!(ended.result.is_ok(), "{kills:?}: {:?}", ended.result);
    assert_eq!(ended.result, undisturbed.result, "{kills:?}");
    assert_eq!(ended.asked, [DELETE_KEY, DECLINED], "{kills:?}");
    assert_eq!(ended.questions.len(), 2, "{kills:?}");

    // Every request of a call has its key, which no other call has, and nothing else differs.
    let mut by_key: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    let mut order = Vec::new();
    for write in &ended.writes {
        let key = write.header("idempotency-key").unwrap();
        let requests = by_key.entry(key).or_default();
        if requests.is_empty() {
            order.push((key, &write.method, &write.target, &write.body));
        }
        requests.push((&write.method, &write.target, &write.body));
    }
    for requests in by_key.values() {
        assert!(requests.iter().all(|request| request == &requests[0]));
    }
    let keys = expected_writes().map(|(call, tool, arguments)| {
        IdempotencyKey::derive(&ended.invocation, call, tool, &arguments).to_string()
    });
    let sent: Vec<&str> = order.iter().map(|(key, ..)| *key).collect();
    assert_eq!(sent, keys, "{kills:?}");
    // At most one repetition for each request that the account refused, and for each kill.
    let most = keys.len() + ended.faults + ended.kills;
    assert!(ended.writes.len() <= most, "{kills:?}");
}

/// Returns how often each step was begun.
fn begun(ended: &Ended) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for place in &ended.reached {
        if let Some(step) = place.strip_prefix("begin ") {
            *counts.entry(step).or_default() += 1;
        }
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_at_any_step_ends_like_one_that_is_not() {
    let _turn = TURN.lock().await;
    let Some(mut world) = start().await else {
        return;
    };
    let undisturbed = world.run(&Kills::Never).await;
    check(&undisturbed, &undisturbed, &Kills::Never);
    assert!(begun(&undisturbed).values().all(|count| *count == 1));
    let places = undisturbed.reached.clone();
    for step in [
        "asleep call-2",
        "waiting call-5",
        "done call-5.2",
        "decided call-6",
    ] {
        assert!(
            places.iter().any(|place| place == step),
            "{step} in {places:?}"
        );
    }
    println!("{} places: {places:?}", places.len());

    let began = Instant::now();
    for place in &places {
        let kills = Kills::At(place.clone());
        let ended = world.run(&kills).await;
        assert_eq!(ended.kills, 1, "{place}");
        check(&ended, &undisturbed, &kills);
        // Only the step that was under way is carried out again.
        for (step, count) in begun(&ended) {
            let again = ["begin", "done"]
                .iter()
                .any(|at| *place == format!("{at} {step}"));
            assert_eq!(count, 1 + usize::from(again), "{step} after {place}");
        }
    }
    println!(
        "{} runs, each killed once: {:.0?}",
        places.len(),
        began.elapsed()
    );

    // One run that is killed everywhere.
    let ended = world.run(&Kills::Everywhere).await;
    println!("one run, killed {} times", ended.kills);
    // The refusal of the rate limit is over after the first kill within its step, and so is its wait.
    assert!(ended.kills >= 60, "{}", ended.kills);
    check(&ended, &undisturbed, &Kills::Everywhere);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_while_the_response_is_on_its_way_writes_once() {
    let _turn = TURN.lock().await;
    let Some(mut world) = start().await else {
        return;
    };
    let undisturbed = world.run(&Kills::Never).await;
    for writes in 1..=4 {
        let kills = Kills::AfterWrites(writes);
        let ended = world.run(&kills).await;
        assert_eq!(ended.kills, 1, "{kills:?}");
        check(&ended, &undisturbed, &kills);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_survives_the_death_of_its_process_and_of_restate() {
    let _turn = TURN.lock().await;
    let Some(mut world) = start().await else {
        return;
    };
    let undisturbed = world.run(&Kills::Never).await;
    for place in [
        "done call-3",
        "asleep call-2",
        "waiting call-5",
        "done call-5.2",
    ] {
        let kills = Kills::WithRestate(place.to_owned());
        let ended = world.run(&kills).await;
        assert_eq!(ended.kills, 1, "{kills:?}");
        check(&ended, &undisturbed, &kills);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_the_rate_limit_refuses_after_an_unknown_effect_is_repeated_once() {
    let _turn = TURN.lock().await;
    let Some(mut world) = start().await else {
        return;
    };
    let undisturbed = world.run(&Kills::Never).await;
    // Nothing has happened, or a write has happened and its response is lost.
    for kind in [FaultKind::Status(502), FaultKind::Cut] {
        let faults = ["POST", "DELETE"].map(|method| {
            let fault = |kind| Fault::new(kind).method(method);
            [fault(kind.clone()), fault(rate_limited())]
        });
        let faults = faults.into_iter().flatten().collect();
        let ended = world.run_with(&Kills::Never, faults).await;
        check(&ended, &undisturbed, &Kills::Never);
        let waits = ended
            .reached
            .iter()
            .filter(|place| place.starts_with("asleep "));
        let waits: Vec<&str> = waits.map(String::as_str).collect();
        assert_eq!(waits, ["asleep call-2", "asleep call-5.2"], "{kind:?}");
        assert_eq!(ended.writes.len(), 8, "{kind:?}");
    }
}

/// By default, Restate pauses a run after 70 attempts.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_survives_a_long_outage() {
    let _turn = TURN.lock().await;
    let Some(mut world) = start().await else {
        return;
    };
    let undisturbed = world.run(&Kills::Never).await;
    let kills = Kills::Outage("done call-3".to_owned(), 80);
    let ended = world.run(&kills).await;
    assert_eq!(ended.kills, 1);
    check(&ended, &undisturbed, &kills);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_not_lost_if_restate_is_killed_at_that_moment() {
    let _turn = TURN.lock().await;
    let Some(mut world) = start().await else {
        return;
    };
    let undisturbed = world.run(&Kills::Never).await;
    let ended = world.run(&Kills::RestateAtDesk).await;
    check(&ended, &undisturbed, &Kills::RestateAtDesk);
}
