//! Fuzz targets, which must not panic for any input, and a driver for them.
//!
//! `fuzz/` runs the same targets with libFuzzer. The driver here is bounded and deterministic, and needs
//! nothing but the workspace.

mod arguments;
mod drive;
mod hostile;
mod output;
mod targets;

pub use arguments::Referee;
pub use drive::{Bounds, drive};
pub use hostile::{DICTIONARY, seeds};
pub use targets::{catalog, companions, response, schema};
