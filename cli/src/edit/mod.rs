//! Edits of files that people wrote: a change touches its own lines, and every other byte stays.

mod catalog;
mod manifest;
mod pin;

use std::ops::Range;

pub(crate) use self::catalog::{append_catalog, remove_catalog};
pub(crate) use self::manifest::{add_dependency, add_member, drop_feature};
pub(crate) use self::pin::{PIN, set_pin};

/// Applies an edit that writes line feeds, and keeps the line ends of the text.
pub(crate) fn keep_line_ends<E>(
    text: &str,
    edit: impl FnOnce(&str) -> Result<String, E>,
) -> Result<String, E> {
    if line_end(text) == "\n" {
        return edit(text);
    }
    let edited = edit(&text.replace("\r\n", "\n"))?;
    Ok(edited.replace("\r\n", "\n").replace('\n', "\r\n"))
}

/// Returns the line end of the first line, which new lines follow.
pub(crate) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(end) if text.get(..end).is_some_and(|line| line.ends_with('\r')) => "\r\n",
        _ => "\n",
    }
}

/// Appends a block after a blank line. The text ends with a line end afterwards if it did before.
pub(crate) fn append_block(text: &str, block: &str) -> String {
    let end = line_end(text);
    let block = block.trim_end_matches('\n').replace('\n', end);
    if text.is_empty() {
        return format!("{block}{end}");
    }
    if text.ends_with('\n') {
        format!("{text}{end}{block}{end}")
    } else {
        format!("{text}{end}{end}{block}")
    }
}

/// Returns the start of the line that contains a position.
fn line_start(text: &str, position: usize) -> usize {
    let before = text.get(..position).unwrap_or(text);
    before.rfind('\n').map_or(0, |end| end + 1)
}

/// Returns the position after the line that contains a position.
fn line_after(text: &str, position: usize) -> usize {
    let rest = text.get(position..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |end| position + end + 1)
}

/// Replaces a range of a text.
fn splice(text: &str, range: Range<usize>, replacement: &str) -> String {
    let before = text.get(..range.start).unwrap_or(text);
    let after = text.get(range.end..).unwrap_or_default();
    format!("{before}{replacement}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_line_ends_of_an_edited_text() {
        let edit = |text: &str| Ok::<_, ()>(format!("{text}b\n"));
        assert_eq!(keep_line_ends("a\r\n", edit).unwrap(), "a\r\nb\r\n");
        assert_eq!(keep_line_ends("a\n", edit).unwrap(), "a\nb\n");
    }

    #[test]
    fn appends_a_block_after_a_blank_line() {
        for (text, expected) in [
            ("", "x\ny\n"),
            ("a\n", "a\n\nx\ny\n"),
            ("a", "a\n\nx\ny"),
            ("a\r\n", "a\r\n\r\nx\r\ny\r\n"),
        ] {
            assert_eq!(append_block(text, "x\ny\n"), expected, "{text:?}");
        }
    }
}
