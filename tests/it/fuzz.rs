//! A bounded run of the targets in `fuzz/`, with the same inputs each time.

use std::time::Duration;

use toolsmith_tests::fuzz::{Bounds, catalog, companions, drive, response, schema, seeds};

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
fn any_response_is_a_lossless_record_or_a_clear_error() {
    check(response, 20_000);
}
