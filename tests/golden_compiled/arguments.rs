//! A bounded run of the fuzz target `arguments`.

use std::sync::LazyLock;
use std::time::Duration;

use toolsmith_tests::fuzz::{Bounds, Referee, drive, seeds};

use crate::golden::strict;

/// A tool whose schema has every keyword that is checked.
static REFEREE: LazyLock<Referee> = LazyLock::new(|| Referee::new(strict::TOOLS[0]).unwrap());

#[test]
fn any_arguments_get_the_verdict_of_a_validator() {
    fn feed(bytes: &[u8]) {
        let _ = REFEREE.feed(bytes);
    }
    // The seeds that begin with the required argument are valid.
    let seeds = seeds();
    let valid = seeds.iter().filter(|seed| seed.starts_with(b"{\"size\""));
    let accepted: Vec<usize> = valid.map(|seed| REFEREE.feed(seed)).collect();
    assert_eq!(accepted, [1, 1, 1]);
    let bounds = Bounds {
        inputs: 20_000,
        time: Duration::from_secs(8),
    };
    let fed = drive(feed, &seeds, 2026, bounds);
    assert!(fed > seeds.len(), "only the {fed} seeds were fed");
}
