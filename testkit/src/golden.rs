//! Expected output in files. `GOLDEN=overwrite` replaces the files with the actual output.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "it reads and replaces files of the repository, and fails tests"
)]

use std::fs;
use std::path::Path;

/// Returns `true` if expected output is to be replaced: `GOLDEN=overwrite`.
///
/// # Panics
///
/// If the variable has any other value, so that a typo does not go unnoticed.
#[must_use]
#[track_caller]
pub fn is_overwritten() -> bool {
    match std::env::var("GOLDEN").as_deref() {
        Err(_) => false,
        Ok("overwrite") => true,
        Ok(other) => panic!("GOLDEN is `{other}`; the only valid value is `overwrite`"),
    }
}

/// Compares `actual` with the file at `path`, or replaces the file if `GOLDEN=overwrite` is set.
///
/// # Panics
///
/// If they differ, with the difference, or if the file cannot be read or written.
#[track_caller]
pub fn assert_golden(path: &Path, actual: &str) {
    if is_overwritten() {
        let written = fs::write(path, actual);
        return assert!(
            written.is_ok(),
            "cannot write {}: {written:?}",
            path.display()
        );
    }
    match fs::read_to_string(path) {
        Ok(expected) => assert_same(path, &expected, actual),
        Err(error) => panic!("cannot read {}: {error}", path.display()),
    }
}

/// Compares `actual` with `expected`, the content of the file at `path`. Line endings may differ,
/// because a checkout may convert them.
///
/// # Panics
///
/// If they differ, with the difference.
#[track_caller]
pub fn assert_same(path: &Path, expected: &str, actual: &str) {
    let expected = expected.replace("\r\n", "\n");
    let difference = similar::TextDiff::from_lines(expected.as_str(), actual)
        .unified_diff()
        .to_string();
    assert!(
        difference.is_empty(),
        "{} differs (`GOLDEN=overwrite` replaces it):\n{difference}",
        path.display()
    );
}
