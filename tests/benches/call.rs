//! A call compared with the same call written by hand with reqwest and serde, in turns, over loopback.
//!
//! `cargo bench -p toolsmith-benches --bench call`. With `-- --only ours` or `-- --only by-hand` one
//! side makes 200 calls and nothing else, for `valgrind --tool=callgrind`; a number after it changes
//! the 200.
//!
//! The processor time of the calling thread is printed as well if the system provides it, because a
//! busy machine affects it less. The README next to this file has the figures.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends there"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the system tells the time of a thread in a file"
)]

mod sides;

use std::io::{self, Write};
use std::time::Duration;

use sides::Sides;

/// The number of calls in a turn.
const TURN: u32 = 50;
const ROUNDS: usize = 200;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--only");
    let only = arguments.nth(1);
    let count = arguments.next().and_then(|count| count.parse().ok());
    let count = count.unwrap_or(200);
    let sides = Sides::start()?;
    match only.as_deref() {
        Some("ours") => sides.ours(count),
        Some(_) => sides.by_hand(count),
        None => return compare(&sides),
    };
    Ok(())
}

/// Alternates many short turns, so that other work on the machine affects both sides equally.
fn compare(sides: &Sides) -> io::Result<()> {
    sides.ours(4 * TURN);
    sides.by_hand(4 * TURN);
    let (mut of_ours, mut of_hand) = (Times::default(), Times::default());
    for _ in 0..ROUNDS {
        of_ours.add(|| sides.ours(TURN));
        of_hand.add(|| sides.by_hand(TURN));
    }
    let mut out = io::stdout().lock();
    for (name, times) in [("toolsmith", &of_ours), ("  by hand", &of_hand)] {
        let [median, least] = [times.clock.middle(), times.clock.least()].map(microseconds);
        let thread = microseconds(times.thread.middle());
        writeln!(
            out,
            "{name}: {median:.1} us a call, {least:.1} us in the best turn; {thread:.1} us of the thread"
        )?;
    }
    writeln!(
        out,
        "    ratio: {:.3} of turns side by side, {:.3} of the best; {:.3} of the thread",
        of_ours.clock.beside(&of_hand.clock),
        of_ours.clock.least().as_secs_f64() / of_hand.clock.least().as_secs_f64(),
        of_ours.thread.beside(&of_hand.thread),
    )
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / f64::from(TURN)
}

/// The wall-clock and processor times of the turns of one side.
#[derive(Default)]
struct Times {
    clock: Turns,
    thread: Turns,
}

impl Times {
    fn add(&mut self, turn: impl FnOnce() -> Duration) {
        let before = thread_time();
        self.clock.0.push(turn());
        self.thread.0.push(thread_time().saturating_sub(before));
    }
}

#[derive(Default)]
struct Turns(Vec<Duration>);

impl Turns {
    fn least(&self) -> Duration {
        self.0.iter().min().copied().unwrap()
    }

    fn middle(&self) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap()
    }

    /// Returns the median ratio of a turn to the next turn of the other side.
    fn beside(&self, other: &Self) -> f64 {
        let pairs = self.0.iter().zip(&other.0);
        let mut ratios: Vec<f64> = pairs
            .map(|(ours, other)| ours.as_secs_f64() / other.as_secs_f64())
            .collect();
        ratios.sort_unstable_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap()
    }
}

/// Returns the processor time of this thread, if the system provides it.
fn thread_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}
