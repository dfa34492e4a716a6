//! The text of the fast path: UTF-8 that was checked at once, and the position in it.

use std::borrow::Cow;

use crate::codec::Json;
use crate::codec::reader::{MAX_DEPTH, skip_at, tree_at};

/// A text and the position in it. Every method returns `None` for what the slow path has to read.
pub(super) struct Text<'t> {
    json: &'t str,
    position: usize,
    /// The number of containers that enclose the position.
    depth: usize,
}

impl<'t> Text<'t> {
    pub(super) fn new(text: &'t [u8]) -> Option<Self> {
        // Validating UTF-8 once spares the parser from doing it for each string.
        let text = std::str::from_utf8(text).ok()?;
        Some(Self {
            json: text,
            position: 0,
            depth: 0,
        })
    }

    /// Returns the first byte of the next token.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.json.as_bytes().get(self.position)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.position += 1;
        }
    }

    /// Reads the token `byte`.
    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.position += 1)
    }

    /// Reads the end of the text.
    pub(super) fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    /// Reads the beginning of an array or an object.
    pub(super) fn open(&mut self, bracket: u8) -> Option<()> {
        self.expect(bracket)?;
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    /// Moves to the next part of an array or an object; `false` at its end.
    pub(super) fn next_part(&mut self, close: u8, is_first: bool) -> Option<bool> {
        let byte = self.peek()?;
        if byte == close {
            self.position += 1;
            self.depth -= 1;
            return Some(false);
        }
        if !is_first {
            self.expect(b',')?;
            // A comma is followed by another part.
            return (self.peek()? != close).then_some(true);
        }
        Some(true)
    }

    /// Reads the name of a member if it is this one, which JSON writes without escapes.
    pub(super) fn accept_name(&mut self, name: &str) -> bool {
        let end = self.position + 1 + name.len();
        let bytes = self.json.as_bytes();
        let is_name = bytes.get(end) == Some(&b'"')
            && bytes.get(self.position) == Some(&b'"')
            && bytes.get(self.position + 1..end) == Some(name.as_bytes())
            && bytes.get(end + 1) == Some(&b':');
        if is_name {
            self.position = end + 2;
        }
        is_name
    }

    /// Reads the name of a member.
    pub(super) fn name(&mut self) -> Option<Cow<'t, str>> {
        self.peek()?;
        let name = self.string()?;
        self.expect(b':').map(|()| name)
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Option<Cow<'t, str>> {
        let bytes = self.json.as_bytes();
        let begin = self.position + 1;
        let rest = bytes.get(begin..)?;
        if bytes.get(self.position) != Some(&b'"') {
            return None;
        }
        let end = begin + find_end(rest)?;
        if bytes.get(end) != Some(&b'"') {
            return self.escaped(end).map(Cow::Owned);
        }
        self.position = end + 1;
        self.json.get(begin..end).map(Cow::Borrowed)
    }

    /// Reads a string whose first escape is at `escape`.
    #[cold]
    fn escaped(&mut self, escape: usize) -> Option<String> {
        let bytes = self.json.as_bytes();
        let mut end = escape;
        while bytes.get(end)? != &b'"' {
            // The character after the backslash ends nothing.
            end += 2;
            end += find_end(bytes.get(end..)?)?;
        }
        let text = self.json.get(self.position..=end)?;
        self.position = end + 1;
        serde_json::from_str(text).ok()
    }

    /// Reads a token that is neither a string nor punctuation.
    pub(super) fn word(&mut self) -> Option<&'t [u8]> {
        let rest = self.json.as_bytes().get(self.position..)?;
        let is_end = |byte: &u8| {
            matches!(
                byte,
                b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' | b'"' | b'[' | b']' | b'{' | b'}'
            )
        };
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        self.position += length;
        rest.get(..length)
    }

    /// Reads a value of any shape.
    pub(super) fn tree(&mut self) -> Option<Json> {
        let (json, end) = tree_at(self.json.as_bytes(), self.position, self.depth)?;
        self.position = end;
        Some(json)
    }

    /// Skips a value of any shape.
    pub(super) fn skip(&mut self) -> Option<()> {
        self.position = skip_at(self.json.as_bytes(), self.position)?;
        Some(())
    }
}

/// Returns the index of the first quote or backslash. It looks at eight bytes at a time.
fn find_end(bytes: &[u8]) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
    const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);
    // The lowest bit that is set belongs to the first byte that is zero.
    let zeros = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let chunks = bytes.chunks_exact(8);
    let tail = chunks.remainder();
    let mut begin = 0;
    for chunk in chunks {
        let word = chunk
            .first_chunk()
            .map_or(0, |word| u64::from_le_bytes(*word));
        let found = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
        if found != 0 {
            return Some(begin + (found.trailing_zeros() / 8) as usize);
        }
        begin += 8;
    }
    let in_tail = tail.iter().position(|byte| matches!(byte, b'"' | b'\\'));
    in_tail.map(|index| begin + index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_quote_or_backslash() {
        for length in 0..40 {
            let plain = vec![b'a'; length];
            assert_eq!(find_end(&plain), None);
            for (at, mark) in (0..length).zip([b'"', b'\\'].into_iter().cycle()) {
                let mut text = vec![0xff; length];
                text[at] = mark;
                text[at + 1..].fill(b'"');
                assert_eq!(find_end(&text), Some(at));
                text[..at].fill(mark ^ 1);
                assert_eq!(find_end(&text), Some(at));
            }
        }
    }
}
