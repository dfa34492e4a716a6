//! Catalogs that nobody here has written: real ones, the test suite of JSON Schema, hostile ones,
//! and catalogs that change.
//!
//! The corpus stands beside the workspace; without it the tests that read it say so and pass. All
//! of it is compiled and compared by `cargo run -p toolsmith-tests --bin corpus-check`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "what goes wrong here is a failed test, and what is skipped is said"
)]

mod corpus;
mod hostile;
mod lock;
mod suite;

/// Where crates are written: the same folder each time, so that nothing is left of earlier runs.
fn scratch() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus")
}

/// Where cargo builds them: beside the crates that the tests of kinds make, which need the same.
fn target() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/made")
}
