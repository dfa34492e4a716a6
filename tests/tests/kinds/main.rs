//! Catalogs of every kind, end to end: a crate is made, compiles without a warning, and is called.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "what goes wrong here is a failed test, and what is skipped is said"
)]

mod corpus;
mod functions;
mod generate;
mod mcp;
mod setup;
