//! When two values are the same to JSON Schema: 1 and 1.0 are, 1 and true are not.

use std::fmt::Write as _;

use crate::codec::Json;

/// Whether two values are the same.
pub(in crate::codec) fn is_same(left: &Json, right: &Json) -> bool {
    left == right || canonical(left) == canonical(right)
}

/// Whether a list holds a value twice.
pub(super) fn has_duplicates(elements: &[Json]) -> bool {
    let mut texts: Vec<String> = elements.iter().map(canonical).collect();
    texts.sort_unstable();
    texts.windows(2).any(|pair| pair.first() == pair.last())
}

/// A text that two values have in common if they are the same.
fn canonical(json: &Json) -> String {
    let mut text = String::new();
    write(json, &mut text);
    text
}

fn write(json: &Json, text: &mut String) {
    match json {
        Json::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 => {
                let _ = write!(text, "{float}");
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
