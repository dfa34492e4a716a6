//! A bounded run of what `fuzz/` does without an end: the same targets, the same inputs each time.

use std::sync::LazyLock;
use std::time::Duration;

use toolsmith_tests::fuzz::{Bounds, Referee, answer, catalog, companions, drive, schema, seeds};

#[path = "../../golden/strict/src/strict/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "made for other crates"
)]
mod strict;

/// A tool whose schema asks for all that can be asked.
#[cfg(test)]
static REFEREE: LazyLock<Referee> = LazyLock::new(|| Referee::new(strict::TOOLS[0]).unwrap());

#[track_caller]
fn check(target: fn(&[u8]), inputs: usize) {
    let bounds = Bounds {
        inputs,
        time: Duration::from_secs(8),
    };
    let seeds = seeds();
    let fed = drive(target, &seeds, 2026, bounds);
    assert!(fed > seeds.len(), "only the {fed} seeds were fed");
}

#[test]
fn any_bytes_are_a_catalog_or_a_clear_error() {
    check(catalog, 1_000);
}

#[test]
fn any_bytes_are_an_overlay_and_a_lock_or_a_clear_error() {
    check(companions, 5_000);
}

#[test]
fn any_schema_gives_the_same_types_twice() {
    check(schema, 2_000);
}

#[test]
fn any_arguments_are_taken_or_refused_as_a_validator_does() {
    fn feed(bytes: &[u8]) {
        let _ = REFEREE.feed(bytes);
    }
    // What begins with a required argument is meant to be taken.
    let seeds = seeds();
    let meant = seeds.iter().filter(|seed| seed.starts_with(b"{\"size\""));
    let taken: Vec<usize> = meant.map(|seed| REFEREE.feed(seed)).collect();
    assert_eq!(taken, [1, 1, 1]);
    check(feed, 20_000);
}

#[test]
fn any_answer_is_a_record_that_loses_nothing_or_a_clear_error() {
    check(answer, 20_000);
}
