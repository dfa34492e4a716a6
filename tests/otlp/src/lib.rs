//! A program that exports its spans over OTLP, a collector that receives them, and an API.

#![allow(clippy::unwrap_used, reason = "a panic fails a test")]

mod api;
mod collector;
mod program;

pub use api::Api;
pub use collector::{Collector, ReceivedSpan};
pub use program::export_to;

/// The code of the page `docs/telemetry.md`, which is compiled as a documentation test.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/telemetry.md")]
pub mod telemetry_page {}
