//! Tests that measure time on a real clock, over HTTP. They are a separate program, because
//! tests that run at the same time would slow them down.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic fails a test"
)]

mod rate_limit;
mod raw;
mod reading;
mod served;
mod sockets;
