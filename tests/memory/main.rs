//! Peak memory while much is sent or received. A program of its own, because it replaces the
//! allocator of the process.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic fails a test"
)]

mod bytes;
mod pages;
