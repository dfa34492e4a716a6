//! Reading of text through layers of escapes: JSON, percent-encoding, HTML, quoted-printable, and
//! those of `Debug`.

use std::cell::{Cell, RefCell};

use toolsmith_pattern::hidden;

use super::remembered::{LAYERS, Remembered};
use super::sign::{begins_escape, continues};

/// One unit of text: the code of a character, or [`BYTE`] and a byte that belongs to no character.
pub(super) type Unit = u32;

/// The first unit that is a byte.
const BYTE: Unit = 0x11_0000;

/// HTML entities of the characters that tokens and JSON consist of.
const ENTITIES: [(&str, char); 22] = [
    ("amp", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dollar", '$'),
    ("equals", '='),
    ("excl", '!'),
    ("gt", '>'),
    ("lowbar", '_'),
    ("lt", '<'),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("quot", '"'),
    ("semi", ';'),
    ("sol", '/'),
    ("verbar", '|'),
];

/// The longest name of an entity.
const MAX_ENTITY_NAME: usize = 6;

/// The most digits of a character's code.
const MAX_DIGITS: usize = 10;

/// The unit of a soft line break: an invisible character, but no line break, which a sign before it would join again.
const JOINED: Unit = 0x2060;

/// The most blanks of a soft line break between its sign and its end.
const MAX_BLANKS: usize = 8;

/// A text, read without its escapes from any place.
pub(super) struct Reader<'t> {
    text: &'t [u8],
    remembered: RefCell<Remembered>,
    /// `true` if a soft line break is read as a line break, and not as its sign.
    joins_lines: bool,
    has_soft_breaks: Cell<bool>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            remembered: RefCell::default(),
            joins_lines: false,
            has_soft_breaks: Cell::new(false),
        }
    }

    /// Creates a reader of quoted-printable text, in which `=` before a line break joins the lines.
    pub(super) fn joining_lines(text: &'t [u8]) -> Self {
        Self {
            joins_lines: true,
            ..Self::new(text)
        }
    }

    /// Returns `true` if what was read so far has a soft line break.
    pub(super) fn has_soft_breaks(&self) -> bool {
        self.has_soft_breaks.get()
    }

    /// Returns the text.
    pub(super) fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Reads the unit at `at` without its escapes. Returns it and its end.
    pub(super) fn read(&self, at: usize) -> Option<(Unit, usize)> {
        self.read_layer(at, LAYERS)
    }

    /// Reads the unit at `at` after the removal of `layers` layers of escapes.
    fn read_layer(&self, at: usize, layers: u8) -> Option<(Unit, usize)> {
        let first = *self.text.get(at)?;
        if layers == 0 || !begins_escape(first) {
            return read_plain(self.text, at);
        }
        if let Some(read) = self.read_run(first, at, layers) {
            return Some(read);
        }
        if let Some(known) = self.remembered.borrow().get(layers, at) {
            return Some(known);
        }
        let below = Layer {
            reader: self,
            layers: layers - 1,
        };
        let (unit, end) = below.read(at)?;
        let escaped = match char::from_u32(unit) {
            Some('\\') => below.backslash(end),
            Some('=') if first != b'=' || end == at + 1 => {
                below.soft_break(end).or_else(|| below.percent('=', end))
            }
            Some(sign @ ('%' | '=')) => below.percent(sign, end),
            Some('&') => below.entity(end),
            Some('~') => below.pointer(end),
            _ => None,
        };
        let read = escaped.unwrap_or((unit, end));
        let mut remembered = self.remembered.borrow_mut();
        remembered.put(self.text.len(), layers, at, read);
        Some(read)
    }

    /// Reads a sign that begins no escape, or a run of backslashes. They are the same in every layer.
    fn read_run(&self, first: u8, at: usize, layers: u8) -> Option<(Unit, usize)> {
        if first == b'\\' {
            // Each layer halves them.
            let end = at + (1 << layers);
            let is_run = self.text.get(at..end)?.iter().all(|byte| *byte == b'\\');
            return is_run.then_some((first.into(), end));
        }
        let mut sign = first;
        let following = self.text.get(at + 1..).unwrap_or_default();
        for next in following.iter().take(layers.into()) {
            match next {
                b'\\' => return None,
                // It continues no escape, unless it begins one of a lower layer itself.
                next if begins_escape(*next) => sign = *next,
                b' ' | b'\t' if sign == b'=' => return self.read_blanks(first, at),
                next if continues(sign, *next) => return None,
                _ => break,
            }
        }
        Some((first.into(), at + 1))
    }

    /// Reads a sign in a run of signs with blanks after it, unless it may be a soft line break.
    fn read_blanks(&self, first: u8, at: usize) -> Option<(Unit, usize)> {
        let following = self.text.get(at + 1..).unwrap_or_default();
        let following = following.iter().take(usize::from(LAYERS) + MAX_BLANKS);
        let mut ends =
            following.filter(|byte| !matches!(byte, b' ' | b'\t' | b'=' | b'%' | b'&' | b'~'));
        let may_join = ends
            .next()
            .is_some_and(|end| matches!(end, b'\r' | b'\n' | b'\\'));
        (!may_join).then_some((first.into(), at + 1))
    }
}

/// Returns `true` for units that may split a string without a reader noticing: line breaks and other
/// control characters, and characters without a width.
pub(super) fn is_invisible(unit: Unit) -> bool {
    let Some(character) = char::from_u32(unit) else {
        return false;
    };
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}')
        || hidden::is_invisible(character)
}

/// Reads a character, or a byte that belongs to none.
fn read_plain(text: &[u8], at: usize) -> Option<(Unit, usize)> {
    let first = *text.get(at)?;
    let bytes = text.get(at..text.len().min(at + utf8_length(first)))?;
    let character = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.chars().next());
    Some(match character {
        Some(character) => (character.into(), at + bytes.len()),
        None => (BYTE + Unit::from(first), at + 1),
    })
}

/// Returns the length of the UTF-8 sequence that begins with `first`.
fn utf8_length(first: u8) -> usize {
    match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    }
}

/// The text without the layers of escapes below the current one.
#[derive(Clone, Copy)]
struct Layer<'r, 't> {
    reader: &'r Reader<'t>,
    layers: u8,
}

impl Layer<'_, '_> {
    fn read(self, at: usize) -> Option<(Unit, usize)> {
        self.reader.read_layer(at, self.layers)
    }

    fn character(self, at: usize) -> Option<(char, usize)> {
        let (unit, end) = self.read(at)?;
        Some((char::from_u32(unit)?, end))
    }

    /// Reads the rest of an escape after its backslash.
    fn backslash(self, at: usize) -> Option<(Unit, usize)> {
        let (kind, end) = self.character(at)?;
        match kind {
            'u' | 'U' | 'x' => match self.character(end) {
                Some(('{', open)) => self.braced(open),
                _ if kind == 'u' => self.utf16(end),
                _ if kind == 'U' => self.digits(end, 8, 16),
                _ => {
                    let (byte, end) = self.digits(end, 2, 16)?;
                    Some(self.joined(byte, end))
                }
            },
            '0'..='7' => match self.digits(at, 3, 8) {
                Some((byte @ 0..=0xff, end)) => Some(self.joined(byte, end)),
                _ => (kind == '0').then_some((0, end)),
            },
            'n' | 'r' | 't' | 'b' | 'f' | 'v' | 'a' => Some(('\n'.into(), end)),
            _ if kind.is_ascii_punctuation() => Some((kind.into(), end)),
            _ => None,
        }
    }

    /// Reads the hexadecimal digits and the closing brace of `\u{41}`.
    fn braced(self, mut at: usize) -> Option<(Unit, usize)> {
        let mut code: Unit = 0;
        for _ in 0..MAX_DIGITS {
            let (character, end) = self.character(at)?;
            at = end;
            match character.to_digit(16) {
                Some(digit) => code = code.checked_mul(16)?.checked_add(digit)?,
                None => return (character == '}').then_some((code, at)),
            }
        }
        None
    }

    /// Reads the four digits of `\u0041`, and the second half of a surrogate pair.
    fn utf16(self, at: usize) -> Option<(Unit, usize)> {
        let (high, end) = self.digits(at, 4, 16)?;
        if !(0xd800..0xdc00).contains(&high) {
            return Some((high, end));
        }
        let low = || {
            let (backslash, end) = self.character(end)?;
            let (letter, end) = self.character(end)?;
            let is_escape = backslash == '\\' && letter == 'u';
            let (low, end) = self.digits(end, 4, 16).filter(|_| is_escape)?;
            let is_low = (0xdc00..0xe000).contains(&low);
            is_low.then(|| (0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), end))
        };
        Some(low().unwrap_or((high, end)))
    }

    /// Reads the rest of `%41`, `=41` or `%u0041` after its sign.
    fn percent(self, sign: char, at: usize) -> Option<(Unit, usize)> {
        if let ('%', Some(('u', end))) = (sign, self.character(at)) {
            return self.utf16(end);
        }
        let (byte, end) = self.digits(at, 2, 16)?;
        Some(self.joined(byte, end))
    }

    /// Reads the rest of a soft line break after its sign, which must not be written as `=3D` itself.
    fn soft_break(self, mut at: usize) -> Option<(Unit, usize)> {
        for _ in 0..=MAX_BLANKS {
            let (character, end) = self.character(at)?;
            match character {
                '\r' | '\n' => {
                    self.reader.has_soft_breaks.set(true);
                    return self.reader.joins_lines.then_some((JOINED, end));
                }
                ' ' | '\t' => at = end,
                _ => return None,
            }
        }
        None
    }

    /// Joins an escaped byte with those that follow it in the same character.
    fn joined(self, byte: Unit, end: usize) -> (Unit, usize) {
        let first = u8::try_from(byte).unwrap_or_default();
        let length = utf8_length(first);
        if first < 0x80 {
            return (byte, end);
        }
        let mut bytes = vec![first];
        let mut last = end;
        while bytes.len() < length {
            let Some((byte, end)) = self.escaped_byte(last) else {
                break;
            };
            bytes.push(byte);
            last = end;
        }
        match std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| text.chars().next())
        {
            Some(character) => (character.into(), last),
            None => (BYTE + byte, end),
        }
    }

    fn escaped_byte(self, at: usize) -> Option<(u8, usize)> {
        let (sign, end) = self.character(at)?;
        let (byte, end) = match sign {
            '%' | '=' => self.digits(end, 2, 16)?,
            '\\' => match self.character(end)? {
                ('x', end) => self.digits(end, 2, 16)?,
                _ => self.digits(end, 3, 8)?,
            },
            _ => return None,
        };
        Some((u8::try_from(byte).ok()?, end))
    }

    /// Reads the rest of `~0` or `~1` of a JSON pointer after its tilde.
    fn pointer(self, at: usize) -> Option<(Unit, usize)> {
        match self.character(at)? {
            ('0', end) => Some(('~'.into(), end)),
            ('1', end) => Some(('/'.into(), end)),
            _ => None,
        }
    }

    /// Reads the rest of an entity after its `&`.
    fn entity(self, at: usize) -> Option<(Unit, usize)> {
        let (first, end) = self.character(at)?;
        if first != '#' {
            return self.named_entity(at);
        }
        let (radix, mut at) = match self.character(end)? {
            ('x' | 'X', end) => (16, end),
            _ => (10, end),
        };
        let mut code: Option<Unit> = None;
        for _ in 0..MAX_DIGITS {
            let Some((character, end)) = self.character(at) else {
                break;
            };
            let Some(digit) = character.to_digit(radix) else {
                at = if character == ';' { end } else { at };
                break;
            };
            let before = code.unwrap_or_default();
            code = Some(before.checked_mul(radix)?.checked_add(digit)?);
            at = end;
        }
        Some((code?, at))
    }

    fn named_entity(self, mut at: usize) -> Option<(Unit, usize)> {
        let mut name = String::new();
        for _ in 0..=MAX_ENTITY_NAME {
            let (character, end) = self.character(at)?;
            at = end;
            if character == ';' {
                let known = ENTITIES.iter().find(|(known, _)| *known == name)?;
                return Some((known.1.into(), at));
            }
            if !character.is_ascii_lowercase() {
                return None;
            }
            name.push(character);
        }
        None
    }

    /// Reads exactly `count` digits.
    fn digits(self, mut at: usize, count: usize, radix: u32) -> Option<(Unit, usize)> {
        let mut code: Unit = 0;
        for _ in 0..count {
            let (character, end) = self.character(at)?;
            code = code
                .checked_mul(radix)?
                .checked_add(character.to_digit(radix)?)?;
            at = end;
        }
        Some((code, at))
    }
}
