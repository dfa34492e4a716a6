//! Edits of files that people wrote: a change touches its own lines, and every other byte stays.

mod array;
mod catalog;
mod manifest;
mod pin;

use std::ops::Range;

pub(crate) use self::array::{push, remove};
pub(crate) use self::catalog::{append_catalog, remove_catalog};
pub(crate) use self::manifest::{add_dependency, add_member};
pub(crate) use self::pin::{PIN, set_pin};

/// Applies an edit that writes line feeds, and keeps the line ends of the text.
pub(crate) fn keep_line_ends<E>(
    text: &str,
    edit: impl FnOnce(&str) -> Result<String, E>,
) -> Result<String, E> {
    if !text.contains("\r\n") {
        return edit(text);
    }
    let plain = text.replace("\r\n", "\n");
    let edited = edit(&plain)?;
    let old: Vec<&str> = plain.split_inclusive('\n').collect();
    let new: Vec<&str> = edited.split_inclusive('\n').collect();
    let pairs = old.iter().zip(&new);
    let head = pairs.take_while(|(old, new)| old == new).count();
    let most = old.len().min(new.len()) - head;
    let pairs = old.iter().rev().zip(new.iter().rev()).take(most);
    let tail = pairs.take_while(|(old, new)| old == new).count();
    let ends: Vec<&str> = text.split_inclusive('\n').map(line_end).collect();
    let mut kept = String::with_capacity(text.len());
    for (index, line) in new.iter().enumerate() {
        let end = if index < head {
            ends.get(index)
        } else if index + tail >= new.len() {
            ends.get(index + old.len() - new.len())
        } else {
            // An edited line has the end of the line that it replaces or follows.
            ends.get(
                index
                    .min(old.len() - tail)
                    .saturating_sub(usize::from(index >= old.len() - tail)),
            )
        };
        let body = line.strip_suffix('\n');
        kept.push_str(body.unwrap_or(line));
        if body.is_some() {
            kept.push_str(end.copied().unwrap_or_else(|| line_end(text)));
        }
    }
    Ok(kept)
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
        for (before, after) in [
            ("a\r\nx\nc\nd\r\n", "a\r\ny\nc\nd\r\n"),
            ("a\nx\r\nc\nd\r\n", "a\ny\r\nc\nd\r\n"),
            ("a\nb\r\nx", "a\nb\r\ny"),
        ] {
            let edit = |text: &str| Ok::<_, ()>(text.replace('x', "y"));
            assert_eq!(keep_line_ends(before, edit).unwrap(), after);
        }
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
