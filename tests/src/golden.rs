//! Expected output that is checked in, and written anew only where somebody asks for it.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "it reads what is checked in, writes it where that is asked for, and fails tests"
)]

use std::fs;
use std::path::Path;

/// Whether expected output is to be written anew: `GOLDEN=overwrite`.
///
/// # Panics
///
/// If the variable has another value: whoever set it wanted something that would not happen.
#[must_use]
#[track_caller]
pub fn is_overwritten() -> bool {
    match std::env::var("GOLDEN").as_deref() {
        Err(_) => false,
        Ok("overwrite") => true,
        Ok(other) => panic!("GOLDEN is `{other}`; only `overwrite` is known"),
    }
}

/// Compares `text` with the file at `path`, or writes it there where that is asked for.
///
/// # Panics
///
/// If they differ, with the difference; if the file cannot be read or written.
#[track_caller]
pub fn assert_golden(path: &Path, text: &str) {
    if is_overwritten() {
        let written = fs::write(path, text);
        return assert!(
            written.is_ok(),
            "cannot write {}: {written:?}",
            path.display()
        );
    }
    match fs::read_to_string(path) {
        Ok(found) => assert_same(path, &found, text),
        Err(error) => panic!("cannot read {}: {error}", path.display()),
    }
}

/// Compares `text` with `found`, which stands at `path`; a checkout may have changed the ends of
/// lines.
///
/// # Panics
///
/// If they differ, with the difference.
#[track_caller]
pub fn assert_same(path: &Path, found: &str, text: &str) {
    let found = found.replace("\r\n", "\n");
    let difference = similar::TextDiff::from_lines(found.as_str(), text)
        .unified_diff()
        .to_string();
    assert!(
        difference.is_empty(),
        "{} differs:\n{difference}",
        path.display()
    );
}
