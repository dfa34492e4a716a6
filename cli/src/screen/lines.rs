//! Text that is built line by line.

/// Appends a line without trailing spaces.
pub(crate) fn push_line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}
