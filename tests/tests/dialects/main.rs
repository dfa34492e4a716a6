//! Lists of tools in the dialects of providers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "what goes wrong here is a failed test, and what is skipped is said"
)]

mod auth_api;
mod cases;
mod corpus;
