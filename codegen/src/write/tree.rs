//! Files as values.

use std::collections::BTreeMap;

/// Files as values: text by path from the root of the generated crate, with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree(pub BTreeMap<String, String>);

/// What every generated file begins with, and no other.
pub(super) const MARK: &str = "// @generated ";

/// Whether a text was generated.
pub(super) fn is_generated(text: &str) -> bool {
    text.lines().take(3).any(|line| line.starts_with(MARK))
}
