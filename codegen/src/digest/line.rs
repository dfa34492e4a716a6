//! Lines of code with a comment, and text of a catalog shortened to fit on one line.

use crate::emit::docs;
use crate::ident::Ident;

/// The characters of catalog text in a comment.
pub(super) const MAX_COMMENT: usize = 110;

/// The characters of a tool's description.
pub(super) const MAX_DESCRIPTION: usize = 300;

/// The characters of a title.
pub(super) const MAX_TITLE: usize = 80;

/// One line of code with an optional comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Rust code with types in place of values.
    pub(super) code: String,
    /// The comment after `//`; empty for none.
    pub(super) comment: String,
}

impl Line {
    pub(super) fn new(code: impl Into<String>, comment: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            comment: comment.into(),
        }
    }
}

/// Formats lines as a code block in Markdown.
pub(super) fn block(lines: &[Line]) -> String {
    format!("```rust\n{}```\n", text_of(lines))
}

/// Formats lines as Rust code.
pub(super) fn text_of(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.code);
        if !line.comment.is_empty() {
            text.push_str(" // ");
            text.push_str(&line.comment);
        }
        text.push('\n');
    }
    text
}

/// Shortens text of the catalog to one line; see [`shorten_lines`].
pub(super) fn shorten(text: &str, width: usize) -> String {
    shorten_all([text].into_iter(), width)
}

/// Shortens text of the catalog to one line of at most `width` characters.
///
/// The line is the first paragraph, without invisible characters. If it is too long, it ends after
/// the last whole sentence that fits, or after the last whole word.
pub(super) fn shorten_lines(lines: &[String], width: usize) -> String {
    shorten_all(lines.iter().map(String::as_str), width)
}

fn shorten_all<'t>(entries: impl Iterator<Item = &'t str>, width: usize) -> String {
    let lines = entries
        .flat_map(str::lines)
        .skip_while(|line| line.trim().is_empty())
        .take_while(|line| !line.trim().is_empty());
    let mut paragraph = String::new();
    for line in lines {
        paragraph.push_str(line);
        paragraph.push(' ');
        // A catalog may have a megabyte of text in one entry. The end would be cut off anyway.
        if paragraph.len() > 16 * width {
            break;
        }
    }
    let text = docs::clean(&paragraph);
    if text.chars().count() <= width {
        return text;
    }
    let cut: String = text.chars().take(width).collect();
    if let Some(end) = end_of_last_sentence(&cut) {
        return cut.get(..end).unwrap_or(&cut).to_owned();
    }
    let words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':', ' ']))
}

/// Returns the comment for a definition: empty if the catalog says no more than its name.
pub(super) fn comment_on(name: &Ident, docs: &[String]) -> String {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let text = shorten_lines(docs, MAX_COMMENT);
    if letters(&text) == letters(name.plain()) {
        String::new()
    } else {
        text
    }
}

/// Returns the end of the last sentence that is followed by another.
fn end_of_last_sentence(text: &str) -> Option<usize> {
    let dots = text.match_indices(". ").map(|(dot, _)| dot);
    let ends_sentence = |dot: &usize| {
        let before = text.get(..*dot).unwrap_or_default();
        let after = text.get(dot + 2..).unwrap_or_default();
        let abbreviations = ["e.g", "i.e", "etc", "vs"];
        !abbreviations.iter().any(|word| before.ends_with(word))
            && after.starts_with(|first: char| !first.is_lowercase())
    };
    dots.filter(ends_sentence).last().map(|dot| dot + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: usize, expected: &str) {
        assert_eq!(shorten(text, width), expected);
    }

    #[test]
    fn text_ends_after_a_sentence_or_a_word() {
        check("\n One\n thing.\n\nAnother.", 40, "One thing.");
        check("One thing. Two more things.", 20, "One thing.");
        check(
            "Give it, e.g. Some words that follow",
            24,
            "Give it, e.g. Some…",
        );
        check("some, words too many", 8, "some…");
        check("unbreakable", 5, "unbre…");
        check("", 5, "");
    }

    #[test]
    fn removes_invisible_characters() {
        check("a\u{202e}b\u{0}\tc\r\nd", 40, "ab c d");
    }
}
