//! Catalogs from elsewhere: real ones, the test suite of JSON Schema, hostile ones, and catalogs
//! that change.
//!
//! The corpus is a folder next to the workspace. Without it, the tests that read it say so and
//! pass. `cargo run -p toolsmith-tests --bin corpus-check` compiles and compares all of it.

mod cases;
mod catalogs;
mod differential;
mod hostile;
mod lock;
mod suite;
mod verify;

/// Returns the folder for generated crates. It is the same in each run, so that nothing is left of
/// earlier runs.
fn scratch() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus")
}
