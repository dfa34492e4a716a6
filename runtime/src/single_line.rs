//! External text on a single line, for error messages.

use std::fmt;

use toolsmith_pattern::hidden;

/// The default number of characters.
const DEFAULT_LIMIT: usize = 300;

/// External text, truncated and without characters that break the line or reverse its direction.
pub(crate) struct Line<'a> {
    text: &'a str,
    limit: usize,
}

impl<'a> Line<'a> {
    /// Shows the start of a text of any length.
    pub(crate) fn short(text: &'a str) -> Self {
        Self {
            text,
            limit: DEFAULT_LIMIT,
        }
    }

    /// Shows a whole text.
    pub(crate) fn whole(text: &'a str) -> Self {
        let limit = usize::MAX;
        Self { text, limit }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for (index, character) in self.text.chars().enumerate() {
            if index == self.limit {
                return formatter.write_char('…');
            }
            formatter.write_char(if breaks(character) { ' ' } else { character })?;
        }
        Ok(())
    }
}

/// Returns `true` if a character ends a line or changes its direction, which would hide text. Other
/// invisible characters hide none, and scripts and emoji need some of them.
pub(crate) fn breaks(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}')
        || hidden::changes_direction(character)
}
