//! A call beside the same call written by hand with reqwest and serde: loopback, the same server,
//! in turns.
//!
//! `cargo bench -p toolsmith-tests --bench call`. With `-- --only ours` or `-- --only by-hand` one
//! side makes 200 calls and nothing else, for `valgrind --tool=callgrind`.
//! The figures stand in the README beside this file.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends there"
)]

mod sides;

use std::io::{self, Write};
use std::time::Duration;

use sides::{ByHand, Ours};
use tokio::runtime::Runtime;
use toolsmith_tests::fake_truto::FakeTruto;

/// Calls of one side before it is the other's turn.
const TURN: u32 = 50;
const ROUNDS: usize = 200;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--only");
    let only = arguments.nth(1);
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let server = FakeTruto::start()?;
    // One thread, so that all that a call costs is counted, and nothing of the server's.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ours = Ours::new(&server);
    let by_hand = ByHand::new(&server);
    match only.as_deref() {
        Some("ours") => ours.calls(&runtime, 200),
        Some(_) => by_hand.calls(&runtime, 200),
        None => return compare(&runtime, &ours, &by_hand),
    };
    Ok(())
}

/// Turns are short and many, so that what else the machine does meets both sides alike.
fn compare(runtime: &Runtime, ours: &Ours, by_hand: &ByHand) -> io::Result<()> {
    ours.calls(runtime, 4 * TURN);
    by_hand.calls(runtime, 4 * TURN);
    let (mut times_of_ours, mut times_by_hand) = (Vec::new(), Vec::new());
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (of_ours, of_hand) = (ours.calls(runtime, TURN), by_hand.calls(runtime, TURN));
        ratios.push(of_ours.as_secs_f64() / of_hand.as_secs_f64());
        times_of_ours.push(of_ours);
        times_by_hand.push(of_hand);
    }
    ratios.sort_unstable_by(f64::total_cmp);
    let mut out = io::stdout().lock();
    for (name, times) in [
        ("toolsmith", &mut times_of_ours),
        ("  by hand", &mut times_by_hand),
    ] {
        times.sort_unstable();
        let microseconds = |time: Duration| (time / TURN).as_secs_f64() * 1e6;
        let (median, least) = (microseconds(middle(times)), microseconds(times[0]));
        writeln!(
            out,
            "{name}: {median:.1} us a call, {least:.1} us in the best turn"
        )?;
    }
    let of_medians = middle(&times_of_ours).as_secs_f64() / middle(&times_by_hand).as_secs_f64();
    let of_turns = middle(&ratios);
    writeln!(
        out,
        "    ratio: {of_medians:.3} of the medians, {of_turns:.3} of turns side by side"
    )
}

fn middle<T: Copy>(sorted: &[T]) -> T {
    sorted[sorted.len() / 2]
}
