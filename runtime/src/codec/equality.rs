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

/// Writes a value in the form that is the same for all equal values.
fn canonical(json: &Json) -> String {
    let mut text = String::new();
    write(json, &mut text);
    text
}

fn write(json: &Json, text: &mut String) {
    match json {
        Json::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 => {
                // The sum is 0.0 for -0.0, which is the same number.
                let _ = write!(text, "{}", float + 0.0);
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
