//! The first line of every generated file. It tells people where the file comes from, and tells
//! this generator which files it may replace or delete.

/// Begins every generated Rust file.
const RUST_MARK: &str = "// @generated ";

/// Begins every generated Markdown file.
const MARKDOWN_MARK: &str = "<!-- @generated ";

/// The text after the mark in files of this generator. Other generators use the same mark.
const COMMANDS: [&str; 3] = ["by `cargo toolsmith ", "by `cargo xtask ", "by `toolsmith "];

/// Returns the header of a Rust file, with the blank line after it.
pub(crate) fn rust(command: &str, origin: Option<&str>) -> String {
    let from = origin.map_or(String::new(), |origin| format!(" from {origin}"));
    format!("{RUST_MARK}by `{command}`{from}. Do not edit.\n\n")
}

/// Returns the header of a Markdown file, with the blank line after it.
///
/// `origin` must fit on one line and must not end the comment.
pub(crate) fn markdown(command: &str, origin: &str) -> String {
    format!("{MARKDOWN_MARK}by `{command}` from {origin}. Do not edit. -->\n\n")
}

/// Returns `true` if this generator wrote `text`.
pub(crate) fn is_generated(text: &str) -> bool {
    let rest = text
        .strip_prefix(RUST_MARK)
        .or_else(|| text.strip_prefix(MARKDOWN_MARK));
    rest.is_some_and(|rest| COMMANDS.iter().any(|command| rest.starts_with(command)))
}
