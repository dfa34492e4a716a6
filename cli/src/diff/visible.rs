//! Text of a catalog with its invisible characters written out.

/// Returns the text with each control, direction, zero-width and tag character as `\u{…}`, so that it
/// shows what a model reads and a terminal obeys none of it. Line breaks and tabs stay, as do the flags
/// of emoji and the joiners that Arabic and Indic scripts and emoji need.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = Before::Other;
    for letter in text.chars() {
        if is_hidden(letter) && !before.needs(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
        before = before.then(letter);
    }
    shown
}

/// The characters before a character, which decide whether it belongs to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A black flag and the tags after it.
    Flag,
    /// An emoji.
    Emoji,
    /// A letter of a script with joiners.
    Joining,
    Other,
}

impl Before {
    /// Returns `true` if the hidden character belongs to the text.
    fn needs(self, letter: char) -> bool {
        match letter {
            '\u{E0020}'..='\u{E007F}' => self == Self::Flag,
            '\u{FE0E}' | '\u{FE0F}' => matches!(self, Self::Emoji | Self::Flag),
            '\u{200D}' => matches!(self, Self::Emoji | Self::Flag | Self::Joining),
            '\u{200C}' => self == Self::Joining,
            _ => false,
        }
    }

    fn then(self, letter: char) -> Self {
        match letter {
            '\u{1F3F4}' => Self::Flag,
            '\u{E0020}'..='\u{E007E}' if self == Self::Flag => Self::Flag,
            '\u{E007F}' if self == Self::Flag => Self::Emoji,
            '\u{FE0F}' if matches!(self, Self::Emoji | Self::Flag) => Self::Emoji,
            '#'
            | '*'
            | '0'..='9'
            | '\u{A9}'
            | '\u{AE}'
            | '\u{203C}'
            | '\u{2049}'
            | '\u{2122}'
            | '\u{2139}'
            | '\u{2190}'..='\u{2BFF}'
            | '\u{3030}'
            | '\u{303D}'
            | '\u{3297}'
            | '\u{3299}'
            | '\u{1F000}'..='\u{1FAFF}' => Self::Emoji,
            '\u{0620}'..='\u{08FF}' | '\u{0900}'..='\u{0DFF}' => Self::Joining,
            '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1820}'..='\u{18AF}' => {
                Self::Joining
            }
            _ => Self::Other,
        }
    }
}

fn is_hidden(letter: char) -> bool {
    match letter {
        '\t' | '\n' | '\r' => false,
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}' => true,
        _ => letter.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_out_what_nobody_sees() {
        for (text, shown) in [
            ("plain\ttext\n", "plain\ttext\n"),
            ("\u{1b}[2J\u{7}", r"\u{1b}[2J\u{7}"),
            ("a\u{202e}b\u{2066}c", r"a\u{202e}b\u{2066}c"),
            ("a\u{200b}\u{feff}\u{ad}", r"a\u{200b}\u{feff}\u{ad}"),
            ("a\u{e0041}\u{e0042}", r"a\u{e0041}\u{e0042}"),
            ("a\u{200d}b\u{200c}", r"a\u{200d}b\u{200c}"),
            ("a\u{fe0f}", r"a\u{fe0f}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn keeps_emoji_flags_and_the_joiners_of_scripts() {
        for text in [
            // The flag of Scotland, a family, a heart.
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
            "\u{2764}\u{FE0F}\u{200D}\u{1F525}",
            // Persian and Hindi.
            "\u{0645}\u{06CC}\u{200C}\u{062E}\u{0648}\u{0627}\u{0647}\u{0645}",
            "\u{0915}\u{094D}\u{200D}\u{0937}",
        ] {
            assert_eq!(visible(text), text);
        }
        // Tags after the end of a flag are hidden text.
        let text = "\u{1F3F4}\u{E0067}\u{E007F}\u{E0041}";
        assert!(visible(text).ends_with(r"\u{e0041}"));
        // A second joiner joins nothing.
        assert!(visible("\u{0645}\u{200C}\u{200C}").ends_with(r"\u{200c}"));
    }
}
