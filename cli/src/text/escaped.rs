//! Text of a catalog with its invisible characters written out.

use std::borrow::Cow;

use toolsmith_pattern::hidden::replace;

/// Returns the text with each hidden character and each control as `\u{…}`, so that it shows what a model
/// reads and a terminal obeys none of it. Line breaks and tabs stay, as do the characters that scripts and
/// emoji need.
pub(crate) fn visible(text: &str) -> String {
    let shown = replace(text, |character, out| {
        out.extend(character.escape_unicode());
    });
    escape(&shown, |character| matches!(character, '\t' | '\n' | '\r'))
}

/// Returns a name on one line, with everything in it that is not visible written out.
pub(crate) fn visible_name(name: &str) -> Cow<'_, str> {
    let is_plain = |character: char| character.is_ascii() && !character.is_ascii_control();
    if name.chars().all(is_plain) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(escape(&visible(name), |_| false))
}

/// Writes out controls, and separators of lines and paragraphs, but those that are kept.
fn escape(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let breaks_line = matches!(character, '\u{2028}' | '\u{2029}');
        if (character.is_control() || breaks_line) && !is_kept(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_out_hidden_characters_alone() {
        for (text, shown) in [
            ("plain\ttext\n", "plain\ttext\n"),
            ("\u{1b}[2J\u{7}", r"\u{1b}[2J\u{7}"),
            ("\u{9b}2J\u{85}\u{b}", r"\u{9b}2J\u{85}\u{b}"),
            ("a\u{202e}b\u{e0041}", r"a\u{202e}b\u{e0041}"),
            ("a\u{200d}b", r"a\u{200d}b"),
            (
                "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
                "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
            ),
            (
                "\u{0645}\u{06CC}\u{200C}\u{062E}",
                "\u{0645}\u{06CC}\u{200C}\u{062E}",
            ),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn writes_a_name_on_one_line() {
        for (name, shown) in [
            ("list_keys", "list_keys"),
            ("z\n::error::pwn", r"z\u{a}::error::pwn"),
            ("a\u{2028}b\tc", r"a\u{2028}b\u{9}c"),
            ("größe", "größe"),
        ] {
            assert_eq!(visible_name(name), shown);
        }
    }
}
