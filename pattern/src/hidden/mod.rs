//! Characters that a person does not see and a language model reads.
//!
//! Tag characters, zero-width characters, direction controls and the like can carry instructions that
//! a review does not show. The generator rejects them in a catalog, and the runtime removes them from
//! responses. Characters that a script or an emoji needs are text:
//!
//! - the tags of an emoji flag, and variation selectors and joiners inside emoji;
//! - a joiner next to a letter of a script that joins its letters, such as Arabic or Devanagari;
//! - a zero-width space next to a letter of Thai, Lao, Khmer, Myanmar or Tibetan, between visible
//!   characters;
//! - a variation selector after an ideograph or a symbol that has variants;
//! - a direction mark in a line with letters that are written from right to left.
//!
//! ```
//! use toolsmith_pattern::hidden::{escape, find, strip};
//!
//! let text = "wea\u{200b}ther";
//! assert_eq!(find(text).len(), 1);
//! assert_eq!(escape(text), r"wea\u200bther");
//! assert_eq!(strip(text), "weather");
//! // Persian needs its joiners, and the flag of Scotland its tags.
//! assert!(find("می‌خواهم").is_empty());
//! assert!(find("\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}").is_empty());
//! ```

mod tables;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::Write as _;

use tables::{
    breaks_between_words, has_variants, is_emoji, is_ideograph, is_mongolian, joins,
    reads_right_to_left,
};
pub use tables::{changes_direction, is_invisible, is_variation_selector};

/// A hidden character of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HiddenCharacter {
    /// The offset in bytes.
    pub offset: usize,
    /// The character.
    pub character: char,
}

/// Returns the hidden characters of a text, in order.
#[must_use]
pub fn find(text: &str) -> Vec<HiddenCharacter> {
    if is_plain(text) || !text.chars().any(is_invisible) {
        return Vec::new();
    }
    let reader = Reader::new(text);
    let found = reader.characters.iter().enumerate();
    found
        .filter(|(index, (_, character))| {
            is_invisible(*character) && !reader.belongs_to_text(*index)
        })
        .map(|(_, (offset, character))| HiddenCharacter {
            offset: *offset,
            character: *character,
        })
        .collect()
}

/// Replaces each hidden character with its escape in JSON: `\u200b`, or two of them outside the basic
/// plane.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    replace(text, |character, out| {
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            // Writing to a string cannot fail.
            let _infallible = write!(out, "\\u{unit:04x}");
        }
    })
}

/// Removes the hidden characters.
#[must_use]
pub fn strip(text: &str) -> Cow<'_, str> {
    replace(text, |_, _| {})
}

/// Returns the name of a character in the standard's notation: `U+200B`.
#[must_use]
pub fn name(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// Replaces each hidden character with the text that `write` appends for it.
///
/// ```
/// use toolsmith_pattern::hidden::replace;
///
/// let shown = replace("a\u{200b}b", |character, out| out.extend(character.escape_unicode()));
/// assert_eq!(shown, r"a\u{200b}b");
/// ```
#[must_use]
pub fn replace(text: &str, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    let found = find(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for HiddenCharacter { offset, character } in found {
        out.push_str(text.get(rest..offset).unwrap_or_default());
        write(character, &mut out);
        rest = offset + character.len_utf8();
    }
    out.push_str(text.get(rest..).unwrap_or_default());
    Cow::Owned(out)
}

/// Returns `true` if all characters are printable ASCII or line breaks and tabs.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    text.bytes().all(is_plain)
}

/// A text as a list of characters.
struct Reader {
    characters: Vec<(usize, char)>,
    /// The indices of the tags of emoji flags.
    flag_tags: Vec<usize>,
    /// The indices of the ends of lines, and `true` if the line has letters that are written from right
    /// to left.
    lines: Vec<(usize, bool)>,
}

impl Reader {
    fn new(text: &str) -> Self {
        let characters: Vec<(usize, char)> = text.char_indices().collect();
        Self {
            flag_tags: find_flag_tags(&characters),
            lines: find_lines(&characters),
            characters,
        }
    }

    fn get(&self, index: usize) -> Option<char> {
        self.characters.get(index).map(|(_, character)| *character)
    }

    fn before(&self, index: usize) -> Option<char> {
        self.get(index.checked_sub(1)?)
    }

    fn after(&self, index: usize) -> Option<char> {
        self.get(index + 1)
    }

    /// Returns `true` if a script or an emoji needs the invisible character.
    fn belongs_to_text(&self, index: usize) -> bool {
        let before = self.before(index);
        let after = self.after(index);
        match self.get(index) {
            Some('\u{E0020}'..='\u{E007F}') => self.flag_tags.binary_search(&index).is_ok(),
            Some('\u{FE0E}' | '\u{FE0F}') => match before {
                Some('0'..='9' | '#' | '*') => after == Some('\u{20E3}'),
                before => before.is_some_and(is_emoji),
            },
            Some('\u{200D}') => self.joins_emoji(index) || self.joins_letters(before, after),
            Some('\u{200C}') => self.joins_letters(before, after),
            Some('\u{200B}') => {
                let is_visible =
                    |side: char| !side.is_whitespace() && !side.is_control() && !is_invisible(side);
                let sides = [before, after];
                sides.iter().all(|side| side.is_some_and(is_visible))
                    && sides
                        .iter()
                        .flatten()
                        .any(|side| breaks_between_words(*side))
            }
            Some('\u{FE00}'..='\u{FE0D}') => before.is_some_and(has_variants),
            Some('\u{E0100}'..='\u{E01EF}') => before.is_some_and(is_ideograph),
            Some('\u{200E}' | '\u{200F}' | '\u{61C}') => {
                let is_alone = |side: Option<char>| !side.is_some_and(is_invisible);
                is_alone(before) && is_alone(after) && self.is_in_right_to_left_line(index)
            }
            Some('\u{180B}'..='\u{180F}') => before.is_some_and(is_mongolian),
            _ => false,
        }
    }

    /// Returns `true` if a joiner between these characters has an effect on letters.
    #[expect(clippy::unused_self, reason = "it reads as a property of the text")]
    fn joins_letters(&self, before: Option<char>, after: Option<char>) -> bool {
        let is_visible = |side: Option<char>| !side.is_some_and(is_invisible);
        let is_letter = |side: Option<char>| side.is_some_and(joins);
        is_visible(before) && is_visible(after) && (is_letter(before) || is_letter(after))
    }

    /// Returns `true` if a joiner is between two emoji.
    fn joins_emoji(&self, index: usize) -> bool {
        let mut start = index;
        // A variation selector or a skin tone may follow the first emoji.
        if let Some('\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}') = self.before(start) {
            start -= 1;
        }
        let follows = self.before(start).is_some_and(is_emoji)
            || start
                .checked_sub(1)
                .is_some_and(|tag| self.flag_tags.binary_search(&tag).is_ok());
        follows && self.after(index).is_some_and(is_emoji)
    }

    fn is_in_right_to_left_line(&self, index: usize) -> bool {
        let line = self.lines.partition_point(|(end, _)| *end <= index);
        self.lines.get(line).is_some_and(|(_, reads)| *reads)
    }
}

/// Returns the end of each line, and `true` if the line has letters that are written from right to left.
fn find_lines(characters: &[(usize, char)]) -> Vec<(usize, bool)> {
    let mut end = 0;
    let lines = characters.split_inclusive(|(_, character)| *character == '\n');
    lines
        .map(|line| {
            end += line.len();
            let reads = line.iter().any(|(_, one)| reads_right_to_left(*one));
            (end, reads)
        })
        .collect()
}

/// Returns the indices of the tags that make a black flag the flag of a region: two letters of the
/// country, one to three of the subdivision, and the end.
fn find_flag_tags(characters: &[(usize, char)]) -> Vec<usize> {
    const MAX_TAGS: usize = 6;
    let mut found = Vec::new();
    for (index, _) in characters
        .iter()
        .enumerate()
        .filter(|(_, (_, character))| *character == '\u{1F3F4}')
    {
        let tags = characters.iter().skip(index + 1).take(MAX_TAGS);
        let tags: String = tags
            .map_while(|(_, character)| match character {
                '\u{E007F}' => Some('.'),
                '\u{E0020}'..='\u{E007E}' => {
                    char::from_u32(u32::from(*character).saturating_sub(0xE0000))
                }
                _ => None,
            })
            .collect();
        let Some((region, _)) = tags.split_once('.') else {
            continue;
        };
        let is_region = region.len() >= 3
            && region.bytes().take(2).all(|byte| byte.is_ascii_lowercase())
            && region
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if is_region {
            found.extend(index + 1..=index + 1 + region.len());
        }
    }
    found
}
