//! Slices of JSON text, without a tree. A slice is found by brackets and quotes alone.

/// The state of a scan over the text of one value, which may come in several pieces.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Scan {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl Scan {
    /// Scans a piece of an array or an object. Returns the offset after its end, if it is in the piece.
    pub(crate) fn advance(&mut self, piece: &str) -> Option<usize> {
        for (at, byte) in piece.bytes().enumerate() {
            if self.is_in_string {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => self.is_in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.is_in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// Returns the members of an object: the content of each name's quotes, and the text of each value.
/// Returns `None` if the text is not one complete object.
pub(crate) fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = Rest::of(text, '{')?;
    let mut members = Vec::new();
    while rest.has_next('}')? {
        let name = rest.value()?.strip_prefix('"')?.strip_suffix('"')?;
        rest.skip_char(':')?;
        members.push((name, rest.value()?));
    }
    rest.is_at_end().then_some(members)
}

/// Returns the members of an object that may be broken or cut: the content of each name's quotes, and
/// the text after its colon.
pub(crate) fn broken_members(text: &str) -> Vec<(&str, &str)> {
    let mut members = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        at += 1;
        match byte {
            b'"' => {
                let rest = text.get(at..).unwrap_or_default();
                let length = string_length(rest);
                let name = rest.get(..length).unwrap_or_default();
                at += length + 1;
                let after = text.get(at..).unwrap_or_default().trim_start();
                if let Some(after) = after.strip_prefix(':').filter(|_| depth == 1) {
                    members.push((name, after.trim_start()));
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    members
}

/// Returns the length of a string, whose opening quote was read, without its closing quote.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(text.len())
}

/// Returns the text of each element of an array. Returns `None` if the text is not one complete array.
pub(crate) fn elements(text: &str) -> Option<Vec<&str>> {
    let mut rest = Rest::of(text, '[')?;
    let mut elements = Vec::new();
    while rest.has_next(']')? {
        elements.push(rest.value()?);
    }
    rest.is_at_end().then_some(elements)
}

/// Returns the text of the member with this name. Of several, the last one counts.
pub(crate) fn member<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut members = members(text)?.into_iter().rev();
    members.find_map(|(found, value)| (found == name).then_some(value))
}

/// Returns the string that a text is.
pub(crate) fn string(text: &str) -> Option<String> {
    match super::parse(text) {
        Some(serde_json::Value::String(string)) if text.starts_with('"') => Some(string),
        _ => None,
    }
}

/// The text after what was read.
struct Rest<'t> {
    text: &'t str,
    is_first: bool,
}

impl<'t> Rest<'t> {
    fn of(text: &'t str, open: char) -> Option<Self> {
        let text = text.trim().strip_prefix(open)?;
        Some(Self {
            text,
            is_first: true,
        })
    }

    /// Returns `true` if another element follows, and `false` after the closing bracket.
    fn has_next(&mut self, close: char) -> Option<bool> {
        self.text = self.text.trim_start();
        if let Some(rest) = self.text.strip_prefix(close) {
            self.text = rest;
            return Some(false);
        }
        if !self.is_first {
            self.skip_char(',')?;
        }
        self.is_first = false;
        Some(true)
    }

    fn skip_char(&mut self, expected: char) -> Option<()> {
        self.text = self.text.trim_start().strip_prefix(expected)?.trim_start();
        Some(())
    }

    /// Reads the next value.
    fn value(&mut self) -> Option<&'t str> {
        let end = match self.text.bytes().next()? {
            b'{' | b'[' => Scan::default().advance(self.text)?,
            b'"' => string_end(self.text)?,
            _ => self.text.find([',', '}', ']', ':'])?,
        };
        let (value, rest) = self.text.split_at_checked(end)?;
        self.text = rest;
        let value = value.trim_end();
        (!value.is_empty()).then_some(value)
    }

    fn is_at_end(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Returns the offset after the closing quote of a string.
fn string_end(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_members_and_elements_of_odd_json() {
        let text = r#" {"id" : 1, "result":{"a":NaN,"b":"\ud83d }","c":[1e999,"]"]}, "x":[] } "#;
        let found = members(text).unwrap();
        let odd = r#"{"a":NaN,"b":"\ud83d }","c":[1e999,"]"]}"#;
        assert_eq!(found, [("id", "1"), ("result", odd), ("x", "[]")]);
        assert_eq!(
            elements("[1, \"a,]\" ,{\"b\":[]}]").unwrap(),
            ["1", "\"a,]\"", "{\"b\":[]}"]
        );
        assert_eq!(member(r#"{"a":1,"a":2}"#, "a"), Some("2"));
        assert_eq!(elements("[]").unwrap(), [""; 0]);
        for broken in [
            "{",
            "{\"a\":}",
            "{\"a\" 1}",
            "[1,",
            "{} x",
            "[1 2",
            "",
            "{\"a\":1,}x",
        ] {
            assert!(
                members(broken).is_none() && elements(broken).is_none(),
                "{broken}"
            );
        }
    }

    #[test]
    fn scans_a_value_in_pieces() {
        let mut scan = Scan::default();
        assert_eq!(scan.advance("{\"a\": \"}\\\""), None);
        assert_eq!(scan.advance("]\", \"b\": ["), None);
        assert_eq!(scan.advance("]} rest"), Some(2));
    }
}
