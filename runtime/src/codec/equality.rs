//! Equality of values in JSON Schema: 1 equals 1.0, and 1 does not equal true.

use std::fmt::Write as _;

use super::Json;

/// Returns `true` if two values are equal.
pub(super) fn is_same(left: &Json, right: &Json) -> bool {
    left == right || canonical(left) == canonical(right)
}

/// Returns `true` if an array contains two equal elements.
pub(super) fn has_duplicates(elements: &[Json]) -> bool {
    let mut texts: Vec<String> = elements.iter().map(canonical).collect();
    texts.sort_unstable();
    texts.windows(2).any(|pair| pair.first() == pair.last())
}

/// Returns the integer of 64 bits that a float equals. A float at the lower end is the rest of a longer
/// integer, because a parser reads those of 64 bits as integers.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and within the range of the target"
)]
pub(super) fn whole_of_float(float: f64) -> Option<i128> {
    const BEFORE_FIRST: f64 = -9_223_372_036_854_775_808.0; // -2^63
    const AFTER_LAST: f64 = 18_446_744_073_709_551_616.0; // 2^64
    let is_whole = float.fract() == 0.0 && float > BEFORE_FIRST && float < AFTER_LAST;
    is_whole.then_some(float as i128)
}

/// Writes a value in the form that is the same for all equal values.
fn canonical(json: &Json) -> String {
    let mut text = String::new();
    write(json, &mut text);
    text
}

fn write(json: &Json, text: &mut String) {
    match json {
        Json::Number(number) => match number.as_f64().and_then(whole_of_float) {
            Some(whole) if number.is_f64() => {
                let _ = write!(text, "{whole}");
            }
            _ => text.push_str(&number.to_string()),
        },
        Json::Array(elements) => {
            text.push('[');
            for element in elements {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        Json::Object(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in sorted {
                let _ = write!(text, "{name:?}:");
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Json::Null | Json::Bool(_) | Json::String(_) => text.push_str(&json.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_by_their_exact_values() {
        for (left, right, expected) in [
            ("1", "1.0", true),
            ("0", "-0.0", true),
            ("9223372036854775808", "9223372036854775808.0", true),
            ("100000000000000016", "100000000000000016.0", true),
            ("9007199254740993", "9007199254740992.0", false),
            ("-9223372036854775808", "-9223372036854775809", false),
            ("-9223372036854775809", "-9223372036854775809", true),
            ("18446744073709551615", "18446744073709551616", false),
            ("18446744073709551616", "18446744073709551616.0", true),
            ("1", "true", false),
        ] {
            let [one, other]: [Json; 2] = [left, right].map(|it| serde_json::from_str(it).unwrap());
            assert_eq!(is_same(&one, &other), expected, "{left} {right}");
        }
    }
}
