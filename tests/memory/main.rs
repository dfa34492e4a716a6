//! Peak memory while much is sent or received. A separate program, because it replaces the
//! allocator of the process.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic fails a test"
)]

mod accounts;
mod bytes;
mod pages;
mod reading;
