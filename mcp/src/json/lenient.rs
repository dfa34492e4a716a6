//! Trees of JSON that may be odd.

use std::borrow::Cow;

use serde_json::Value;

/// Words that are not JSON, which some servers write for numbers.
const NOT_NUMBERS: [&str; 4] = ["-Infinity", "Infinity", "NaN", "undefined"];

/// Parses JSON. Half of a surrogate pair becomes U+FFFD, and what is not a number becomes null.
pub(crate) fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&repaired(text)))
        .ok()
}

/// Returns a text that is JSON: the same, or repaired as [`parse`] reads it, with its order kept. Returns
/// `None` if it cannot be read.
pub(crate) fn valid(text: &str) -> Option<Cow<'_, str>> {
    let is_valid = |text: &str| serde_json::from_str::<Value>(text).is_ok();
    if is_valid(text) {
        return Some(Cow::Borrowed(text));
    }
    let repaired = repaired(text);
    is_valid(&repaired).then_some(Cow::Owned(repaired))
}

/// Replaces what is not valid JSON, outside and inside strings.
fn repaired(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_in_string = false;
    while let Some(character) = rest.chars().next() {
        let word = NOT_NUMBERS.iter().find(|word| rest.starts_with(**word));
        let taken = match (is_in_string, character) {
            (true, '\\') => escape(rest, &mut repaired),
            (true, control) if control.is_ascii_control() => {
                repaired.push(' ');
                1
            }
            (false, _) if word.is_some() => {
                repaired.push_str("null");
                word.map_or(1, |word| word.len())
            }
            _ => {
                is_in_string ^= character == '"';
                repaired.push(character);
                character.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    repaired
}

/// Copies an escape sequence, or U+FFFD for half of a surrogate pair. Returns its length.
fn escape(text: &str, repaired: &mut String) -> usize {
    let unit = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let length = match (unit(0), unit(6)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
        (Some(0xd800..=0xdfff), _) => {
            repaired.push('\u{fffd}');
            return 6;
        }
        (Some(_), _) => 6,
        (None, _) => {
            let escaped = text.chars().nth(1).map_or(0, char::len_utf8);
            1 + escaped
        }
    };
    repaired.push_str(text.get(..length).unwrap_or_default());
    length
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_what_servers_write_that_is_not_json() {
        let cases = [
            (r#""cut \ud83d""#, json!("cut \u{fffd}")),
            (r#""\ude00\ud83d\ude00""#, json!("\u{fffd}\u{1f600}")),
            (r#""\ud83d\\ \"NaN\"""#, json!("\u{fffd}\\ \"NaN\"")),
            ("[NaN, -Infinity, undefined]", json!([null, null, null])),
            ("\"a\nb\u{e9}\\ud83d\"", json!("a b\u{e9}\u{fffd}")),
        ];
        for (text, right) in cases {
            assert_eq!(parse(text), Some(right), "{text}");
        }
        for broken in ["", "{", "\"\\", "\"\\ud8", "\"\\\u{e9}\""] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }
}
