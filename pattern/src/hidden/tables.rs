//! The properties of characters that decide what is hidden.

/// Returns `true` if a character has no shape: controls, the default ignorable code points
/// of Unicode, and interlinear annotations. Breaks of lines and pages, and the controls from U+0080 to U+009F,
/// which wrongly decoded text has, carry no instruction.
///
/// The text around it decides if it is hidden: [`find`](super::find).
#[must_use]
pub fn is_invisible(character: char) -> bool {
    match character {
        '\t'..='\r' | '\u{80}'..='\u{9F}' => false,
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}' => true,
        character => character.is_control(),
    }
}

/// Returns `true` if a character changes the direction of text.
#[must_use]
pub fn changes_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61C}'
            | '\u{200E}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// Returns `true` if a character chooses the glyph of the one before it.
#[must_use]
pub fn is_variation_selector(character: char) -> bool {
    matches!(
        character,
        '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'
    )
}

/// Returns `true` for emoji and for symbols that a variation selector may follow: the property
/// `Extended_Pictographic`, with the arrows and symbols between its ranges.
pub(super) fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{A9}'
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
            | '\u{1F000}'..='\u{1F0FF}'
            | '\u{1F10D}'..='\u{1F10F}'
            | '\u{1F12F}'
            | '\u{1F16C}'..='\u{1F171}'
            | '\u{1F17E}'..='\u{1F17F}'
            | '\u{1F18E}'
            | '\u{1F191}'..='\u{1F19A}'
            | '\u{1F1AD}'..='\u{1F1E5}'
            | '\u{1F201}'..='\u{1F20F}'
            | '\u{1F21A}'
            | '\u{1F22F}'
            | '\u{1F232}'..='\u{1F23A}'
            | '\u{1F23C}'..='\u{1F23F}'
            | '\u{1F249}'..='\u{1F53D}'
            | '\u{1F546}'..='\u{1F64F}'
            | '\u{1F680}'..='\u{1F6FF}'
            | '\u{1F774}'..='\u{1F77F}'
            | '\u{1F7D5}'..='\u{1F7FF}'
            | '\u{1F80C}'..='\u{1F80F}'
            | '\u{1F848}'..='\u{1F84F}'
            | '\u{1F85A}'..='\u{1F85F}'
            | '\u{1F888}'..='\u{1F88F}'
            | '\u{1F8AE}'..='\u{1F8FF}'
            | '\u{1F90C}'..='\u{1F93A}'
            | '\u{1F93C}'..='\u{1F945}'
            | '\u{1F947}'..='\u{1FAFF}'
            | '\u{1FC00}'..='\u{1FFFD}'
    )
}

/// Returns `true` for letters and marks of scripts in which joiners change the form of letters: Arabic,
/// Syriac, the scripts of India, Myanmar, Khmer, Mongolian and others.
pub(super) fn joins(character: char) -> bool {
    matches!(
        character,
        '\u{600}'..='\u{74F}'
            | '\u{750}'..='\u{77F}'
            | '\u{7C0}'..='\u{7FF}'
            | '\u{840}'..='\u{85F}'
            | '\u{860}'..='\u{8FF}'
            | '\u{900}'..='\u{DFF}'
            | '\u{F00}'..='\u{FFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17B3}'
            | '\u{17B6}'..='\u{17FF}'
            | '\u{1800}'..='\u{180A}'
            | '\u{1810}'..='\u{18AF}'
            | '\u{1A20}'..='\u{1AAF}'
            | '\u{1B00}'..='\u{1BFF}'
            | '\u{1C00}'..='\u{1C4F}'
            | '\u{1CD0}'..='\u{1CFF}'
            | '\u{A840}'..='\u{A87F}'
            | '\u{A8E0}'..='\u{A8FF}'
            | '\u{A980}'..='\u{AA5F}'
            | '\u{AAE0}'..='\u{AAFF}'
            | '\u{ABC0}'..='\u{ABFF}'
            | '\u{FB50}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
            | '\u{10A00}'..='\u{10A5F}'
            | '\u{10AC0}'..='\u{10AFF}'
            | '\u{10D00}'..='\u{10D3F}'
            | '\u{10F30}'..='\u{10F6F}'
            | '\u{11000}'..='\u{1147F}'
            | '\u{11480}'..='\u{1173F}'
            | '\u{11800}'..='\u{118FF}'
            | '\u{11900}'..='\u{11FFF}'
            | '\u{1E900}'..='\u{1E95F}'
    )
}

/// Returns `true` for letters of scripts that mark the ends of words with zero-width spaces.
pub(super) fn breaks_between_words(character: char) -> bool {
    matches!(
        character,
        '\u{E00}'..='\u{FFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17B3}'
            | '\u{17B6}'..='\u{17FF}'
            | '\u{1950}'..='\u{19FF}'
            | '\u{1A20}'..='\u{1AAF}'
            | '\u{A9E0}'..='\u{A9FF}'
            | '\u{AA60}'..='\u{AA7F}'
    )
}

/// Returns `true` for letters that are written from right to left.
pub(super) fn reads_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8FF}'
            | '\u{FB1D}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
            | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    ) && !is_invisible(character)
}

/// Returns `true` for ideographs, whose shapes variation selectors choose.
pub(super) fn is_ideograph(character: char) -> bool {
    matches!(
        character,
        '\u{3005}'..='\u{3007}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFD}'
    )
}

/// Returns `true` for characters that have standardized variants: ideographs, the operators
/// of mathematics, the digit zero, and punctuation and letters of a few scripts.
pub(super) fn has_variants(character: char) -> bool {
    is_ideograph(character)
        || matches!(
            character,
            '0' | '\u{1000}'..='\u{109F}'
                | '\u{2018}'..='\u{201D}'
                | '\u{2205}'..='\u{22FF}'
                | '\u{2A00}'..='\u{2AFF}'
                | '\u{3001}'..='\u{3002}'
                | '\u{A840}'..='\u{A87F}'
                | '\u{AA60}'..='\u{AA7F}'
                | '\u{FF01}'..='\u{FF1F}'
                | '\u{10AC0}'..='\u{10AFF}'
                | '\u{13000}'..='\u{143FF}'
        )
}

/// Returns `true` for letters of Mongolian, whose forms variation selectors choose.
pub(super) fn is_mongolian(character: char) -> bool {
    matches!(character, '\u{1820}'..='\u{18AA}')
}
