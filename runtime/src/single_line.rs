//! Text from outside on one line, as errors show it.

use std::fmt;

/// So much of a text is shown where nothing else is said.
const USUAL: usize = 300;

/// Text from outside, without what would break the line or turn it around, and not without end.
pub(crate) struct Line<'a> {
    text: &'a str,
    limit: usize,
}

impl<'a> Line<'a> {
    /// The beginning of a text that may be of any length.
    pub(crate) fn short(text: &'a str) -> Self {
        Self { text, limit: USUAL }
    }

    /// All of a text.
    pub(crate) fn whole(text: &'a str) -> Self {
        let limit = usize::MAX;
        Self { text, limit }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for (index, letter) in self.text.chars().enumerate() {
            if index == self.limit {
                return formatter.write_char('…');
            }
            formatter.write_char(if breaks(letter) { ' ' } else { letter })?;
        }
        Ok(())
    }
}

/// Whether a letter ends a line or turns its direction, which hides what stands there.
pub(crate) fn breaks(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}
