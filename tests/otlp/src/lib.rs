//! A program that exports its spans over OTLP, a collector that receives them, and an API.

#![allow(clippy::unwrap_used, reason = "a panic fails a test")]

mod api;
mod collector;
mod program;

pub use api::Api;
pub use collector::{Collector, ReceivedSpan};
pub use program::export_to;
