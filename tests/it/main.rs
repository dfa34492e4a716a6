//! The tests of the whole project, with a module for each area.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a panic fails a test, and a test reads and writes files"
)]

mod adopt;
mod agent;
mod artifacts;
mod changes;
mod compile;
mod corpus;
mod dialects;
mod digest_program;
mod examples;
mod fake_truto;
mod faults;
mod fuzz;
mod golden;
mod guide;
mod kinds;
mod mcp_server;
mod scratch;
mod setup;
mod wire;
