//! The allocations of a call, compared with the same call written by hand.
//!
//! `cargo bench -p toolsmith-benches --bench allocations`. This is a separate program, because counting
//! takes time, which `call` measures.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends there"
)]

mod sides;

use std::io::{self, Write};

use sides::Sides;

const CALLS: u32 = 100;

fn main() -> io::Result<()> {
    let sides = Sides::start()?;
    let mut out = io::stdout().lock();
    let mut measure = |name, calls: &dyn Fn()| {
        calls();
        let counted = allocation_counter::measure(calls);
        let of_one = |total: u64| total / u64::from(CALLS);
        let (count, bytes) = (of_one(counted.count_total), of_one(counted.bytes_total));
        writeln!(out, "{name}: {count} allocations, {bytes} bytes a call")
    };
    measure("toolsmith", &|| {
        sides.ours(CALLS);
    })?;
    measure("  by hand", &|| {
        sides.by_hand(CALLS);
    })
}
