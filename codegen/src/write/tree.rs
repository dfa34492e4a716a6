//! Files as values.

use std::collections::BTreeMap;

/// Files as values: text by path from the root of the generated crate, with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree(pub BTreeMap<String, String>);

/// What every generated file of Rust begins with, and no other.
pub(super) const MARK: &str = "// @generated ";

/// What every generated file of Markdown begins with, and no other.
const MARKDOWN_MARK: &str = "<!-- @generated ";

/// The continuations of the first line that this generator writes; other generators use the same
/// first word.
const COMMANDS: [&str; 2] = ["by `cargo xtask ", "by `toolsmith "];

/// Whether this generator wrote a text.
pub(super) fn is_generated(text: &str) -> bool {
    let rest = text
        .strip_prefix(MARK)
        .or_else(|| text.strip_prefix(MARKDOWN_MARK));
    rest.is_some_and(|rest| COMMANDS.iter().any(|command| rest.starts_with(command)))
}
