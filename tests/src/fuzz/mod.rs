//! Bytes that nobody meant: targets that must not panic whatever they get, and a driver that feeds
//! them.
//!
//! `fuzz/` drives the same targets with libFuzzer; the driver here is bounded, begins with the same
//! seed each time and needs nothing but the workspace.

mod arguments;
mod drive;
mod hostile;
mod output;
mod targets;

pub use arguments::Referee;
pub use drive::{Bounds, drive};
pub use hostile::{DICTIONARY, seeds};
pub use targets::{answer, catalog, companions, schema};
