//! Lists of tools in the dialects of providers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a panic is a failed test, and skipped tests are printed"
)]

mod auth_api;
mod cases;
mod corpus;
