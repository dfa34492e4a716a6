//! Strings in JSON text.

use std::borrow::Cow;

use super::{Reader, Stop};

/// The replacement of what is not Unicode.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

impl<'t> Reader<'t> {
    /// Reads a string. A lone surrogate and bytes that are not UTF-8 become U+FFFD: a string that a
    /// server cut in the middle of a character is still the string.
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, Stop> {
        self.expect(b'"')?;
        let plain = self.plain()?;
        if self.text.get(self.position) == Some(&b'"') {
            self.position += 1;
            return Ok(String::from_utf8_lossy(plain));
        }
        let mut text = plain.to_vec();
        loop {
            // The byte after a plain part is a quote or a backslash.
            let is_end = self.text.get(self.position) == Some(&b'"');
            self.position += 1;
            if is_end {
                return Ok(Cow::Owned(into_text(text)));
            }
            let char = self.escape()?;
            text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            text.extend_from_slice(self.plain()?);
        }
    }

    /// Reads up to the next quote or backslash.
    fn plain(&mut self) -> Result<&'t [u8], Stop> {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
        let plain = rest.get(..end.ok_or(Stop::Syntax)?).unwrap_or_default();
        self.position += plain.len();
        Ok(plain)
    }

    /// Reads an escape after its backslash.
    fn escape(&mut self) -> Result<char, Stop> {
        let escape = self.text.get(self.position).copied();
        self.position += 1;
        Ok(match escape.ok_or(Stop::Syntax)? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(Stop::Syntax),
        })
    }

    /// Reads an escape after its `\u`, and the second one of a surrogate pair.
    fn unicode_escape(&mut self) -> Result<char, Stop> {
        let unit = self.hexadecimal().ok_or(Stop::Syntax)?;
        let mut ahead = *self;
        let rest = self.text.get(self.position..).unwrap_or_default();
        if matches!(unit, 0xd800..=0xdbff) && rest.starts_with(b"\\u") {
            ahead.position += 2;
            if let Some(low @ 0xdc00..=0xdfff) = ahead.hexadecimal() {
                *self = ahead;
                let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(REPLACEMENT));
            }
        }
        Ok(char::from_u32(unit).unwrap_or(REPLACEMENT))
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let digits = self.text.get(self.position..self.position + 4)?;
        self.position += 4;
        let digit = |digit: &u8| char::from(*digit).to_digit(16);
        digits
            .iter()
            .try_fold(0, |code, next| Some(code << 4 | digit(next)?))
    }
}

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
