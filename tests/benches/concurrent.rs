//! Many calls in flight on one client, compared with the same calls written by hand with reqwest and
//! serde, in turns, over loopback: throughput, with and without rate-limit headers.
//!
//! `cargo bench -p toolsmith-benches --bench concurrent`. With `-- --only ours` or `-- --only by-hand`
//! one side makes 20,000 calls with headers and 1,000 in flight, and nothing else, for
//! `valgrind --tool=callgrind` and for samples of a profiler; a number after it changes the 20,000.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends there"
)]

#[path = "sides/calls.rs"]
mod calls;
#[path = "sides/canned.rs"]
mod canned;
#[path = "measure/turn.rs"]
mod turn;

use std::io::{self, Write};
use std::time::Duration;

use calls::{ByHand, Ours};
use canned::Canned;
use tokio::runtime::Runtime;
use turn::{Side, middle, turn};

/// The number of calls in a turn.
const TURN: u32 = 5000;
const ROUNDS: usize = 25;

const IN_FLIGHT: [u32; 3] = [10, 100, 1000];

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--only");
    let only = arguments.nth(1);
    let count = arguments.next().and_then(|count| count.parse().ok());
    let count = count.unwrap_or(20_000);
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    match only.as_deref() {
        Some("ours") => {
            let side = ours(&Canned::start(true)?);
            turn(&runtime, &side, 1000, count);
        }
        Some(_) => {
            let side = by_hand(&Canned::start(true)?);
            turn(&runtime, &side, 1000, count);
        }
        None => return compare(&runtime),
    }
    Ok(())
}

impl Side for Ours {
    fn call(&self) -> impl Future<Output = ()> + Send {
        Self::call(self)
    }
}

impl Side for ByHand {
    fn call(&self) -> impl Future<Output = ()> + Send {
        Self::call(self)
    }
}

fn ours(server: &Canned) -> Ours {
    Ours::new(&server.base_url())
}

fn by_hand(server: &Canned) -> ByHand {
    ByHand::new(&server.base_url())
}

/// Alternates many turns, so that other work on the machine affects both sides equally.
fn compare(runtime: &Runtime) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| in flight | headers | toolsmith | by hand | throughput |"
    )?;
    writeln!(out, "|--:|---|--:|--:|--:|")?;
    for in_flight in IN_FLIGHT {
        for has_headers in [false, true] {
            let server = Canned::start(has_headers)?;
            let (ours, by_hand) = (ours(&server), by_hand(&server));
            // Warm, with all connections open.
            turn(runtime, &ours, in_flight, 2 * TURN);
            turn(runtime, &by_hand, in_flight, 2 * TURN);
            let rounds = (0..ROUNDS).map(|_| {
                let ours = turn(runtime, &ours, in_flight, TURN);
                (ours, turn(runtime, &by_hand, in_flight, TURN))
            });
            let rounds: Vec<_> = rounds.collect();
            let ratios = rounds
                .iter()
                .map(|(ours, by_hand)| by_hand.div_duration_f64(*ours));
            writeln!(
                out,
                "| {in_flight} | {} | {:.1} us | {:.1} us | {:.3} |",
                if has_headers { "with" } else { "without" },
                middle(rounds.iter().map(|(ours, _)| per_call(*ours))),
                middle(rounds.iter().map(|(_, by_hand)| per_call(*by_hand))),
                middle(ratios),
            )?;
        }
    }
    Ok(())
}

fn per_call(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / f64::from(TURN)
}
