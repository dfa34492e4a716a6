//! Lines: code with a remark behind it, and text of a catalog cut to fit one.

use crate::emit::docs;
use crate::ident::Ident;

/// The characters of a remark at most, in so far as the catalog wrote it.
pub(super) const REMARK: usize = 110;

/// The characters of the description of a tool at most.
pub(super) const DESCRIPTION: usize = 300;

/// One line of code, and what is said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Rust, with types where a program has values.
    pub(super) code: String,
    /// What stands behind `//`; nothing if it is empty.
    pub(super) remark: String,
}

impl Line {
    pub(super) fn new(code: impl Into<String>, remark: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            remark: remark.into(),
        }
    }
}

/// The lines as a block of Markdown.
pub(super) fn block(lines: &[Line]) -> String {
    let mut text = String::from("```rust\n");
    for line in lines {
        text.push_str(&line.code);
        if !line.remark.is_empty() {
            text.push_str(" // ");
            text.push_str(&line.remark);
        }
        text.push('\n');
    }
    text.push_str("```\n");
    text
}

/// The first paragraph of a text of the catalog on one line, without what cannot be seen: as many
/// whole sentences as `width` holds, else as many words.
pub(super) fn bounded(lines: &[String], width: usize) -> String {
    let lines = lines.iter().flat_map(|entry| entry.lines());
    let lines = lines.skip_while(|line| line.trim().is_empty());
    let mut paragraph = String::new();
    for line in lines.take_while(|line| !line.trim().is_empty()) {
        paragraph.push_str(line);
        paragraph.push(' ');
        // What follows is cut anyway; a catalog may be one line of a megabyte.
        if paragraph.len() > 16 * width {
            break;
        }
    }
    let text = docs::clean(&paragraph);
    if text.chars().count() <= width {
        return text;
    }
    let cut: String = text.chars().take(width).collect();
    if let Some(end) = last_sentence(&cut) {
        return cut.get(..end).unwrap_or(&cut).to_owned();
    }
    let words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':', ' ']))
}

/// What is said of a definition: nothing where the catalog says no more than its name.
pub(super) fn remark_of(name: &Ident, docs: &[String]) -> String {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let text = bounded(docs, REMARK);
    if letters(&text) == letters(name.plain()) {
        String::new()
    } else {
        text
    }
}

/// Where the last whole sentence ends.
fn last_sentence(text: &str) -> Option<usize> {
    let ends = text.match_indices(". ").map(|(dot, _)| dot);
    let is_end = |dot: &usize| {
        let before = text.get(..*dot).unwrap_or_default();
        let after = text.get(dot + 2..).unwrap_or_default();
        let is_short = ["e.g", "i.e", "etc", "vs"];
        !is_short.iter().any(|word| before.ends_with(word))
            && after.starts_with(|letter: char| !letter.is_lowercase())
    };
    ends.filter(is_end).last().map(|dot| dot + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: usize, expected: &str) {
        assert_eq!(bounded(&[text.to_owned()], width), expected);
    }

    #[test]
    fn text_is_one_line_that_ends_where_it_may() {
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
    fn what_cannot_be_seen_goes() {
        check("a\u{202e}b\u{0}\tc\r\nd", 40, "ab c d");
    }
}
