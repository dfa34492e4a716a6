//! The other forms of a value, and the readings of a string that is given for a list.

use crate::codec::{Json, fold};

/// Strings that stand for something else than themselves where a list is expected.
const STANDING_FOR_OTHERS: [&str; 8] = [
    "all",
    "any",
    "every",
    "everything",
    "none",
    "null",
    "nil",
    "undefined",
];

/// The characters at which a string for a list may be split.
const SEPARATORS: [char; 4] = [',', ';', '|', '\n'];

/// Returns the other forms of a value that are as certain as the value: parsed from a string, as a
/// string, out of a list of one.
pub(super) fn forms(value: &Json) -> Vec<Json> {
    match value {
        Json::String(text) => parse(text).into_iter().collect(),
        Json::Number(_) | Json::Bool(_) => vec![Json::String(value.to_string())],
        Json::Array(elements) => match elements.as_slice() {
            [only] => vec![only.clone()],
            _ => Vec::new(),
        },
        Json::Object(_) | Json::Null => Vec::new(),
    }
}

/// Parses the JSON in a string; `True` counts as `true`.
fn parse(text: &str) -> Option<Json> {
    let text = text.trim();
    let parsed = serde_json::from_str::<Json>(text)
        .or_else(|_| serde_json::from_str(&text.to_lowercase()))
        .ok();
    parsed.filter(|parsed| !parsed.is_string() && !parsed.is_null())
}

/// Returns the lists of one that a value can be meant as, if it cannot mean anything else.
///
/// A string with a separator can be several values, and `all` can mean more than a value.
pub(super) fn lists_of_one(value: &Json) -> Vec<Json> {
    let list = |element: Json| Json::Array(vec![element]);
    match value {
        Json::String(text) if is_one_value(text) => {
            let number = parse(text).filter(Json::is_number);
            let forms = std::iter::once(value.clone()).chain(number);
            forms.map(list).collect()
        }
        Json::Number(number) => {
            let text = Json::String(number.to_string());
            vec![list(value.clone()), list(text)]
        }
        Json::Object(_) => vec![list(value.clone())],
        Json::String(_) | Json::Bool(_) | Json::Array(_) | Json::Null => Vec::new(),
    }
}

/// Returns `true` if a string for a list can only be one element of it.
fn is_one_value(text: &str) -> bool {
    let splits = |character: char| {
        SEPARATORS.contains(&character)
            || character.is_whitespace()
            || matches!(
                character,
                '[' | ']' | '{' | '}' | '(' | ')' | '"' | '\'' | '*'
            )
    };
    !text.is_empty()
        && !text.contains(splits)
        && !STANDING_FOR_OTHERS.contains(&fold(text).as_str())
}

/// Returns the lists that a string for a list can be meant as, to be chosen by the model: the parts of
/// the string, as strings or parsed, and the string as the only element.
pub(super) fn readings(value: &Json) -> Vec<Json> {
    let text = match value {
        Json::String(text) => text,
        Json::Number(_) | Json::Object(_) => return lists_of_one(value),
        _ => return Vec::new(),
    };
    let folded = fold(text);
    if folded.is_empty() || STANDING_FOR_OTHERS.contains(&folded.as_str()) {
        return Vec::new();
    }
    let mut readings = Vec::new();
    let parts = parts(text);
    if parts.len() > 1 {
        let strings = parts.iter().map(|part| Json::from(*part));
        readings.push(strings.collect());
        let parsed: Option<Vec<Json>> = parts.iter().map(|part| parse(part)).collect();
        readings.extend(parsed.map(Json::Array));
    }
    // A string in brackets is not an element.
    if !text.trim_start().starts_with(['[', '{', '(']) {
        readings.push(Json::Array(vec![value.clone()]));
        let parsed = parse(text).filter(Json::is_number);
        readings.extend(parsed.map(|number| Json::Array(vec![number])));
    }
    readings
}

/// Splits a string at separators, or else at spaces, without brackets and quotation marks.
fn parts(text: &str) -> Vec<&str> {
    let is_enclosing = |character: char| matches!(character, '[' | ']' | '(' | ')');
    let is_around =
        |character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '`');
    let inner = text.trim().trim_matches(is_enclosing);
    let separated: Vec<&str> = if inner.contains(SEPARATORS) {
        inner.split(SEPARATORS).collect()
    } else {
        inner.split_whitespace().collect()
    };
    let parts = separated
        .into_iter()
        .map(|part| part.trim_matches(is_around));
    parts.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_string_is_one_value_only_if_it_cannot_be_more() {
        for text in [
            "a",
            "prj_1",
            "ops@example.com",
            "https://example.com/a?b=c",
            "api-key.created",
        ] {
            assert_eq!(lists_of_one(&json!(text)), [json!([text])]);
        }
        for text in [
            "", " ", "a,b", "a, b", "a b", "a;b", "a|b", "a\nb", "[a]", "'a'", "*", "ALL", "null",
            "None",
        ] {
            assert!(lists_of_one(&json!(text)).is_empty(), "{text}");
        }
        assert!(lists_of_one(&json!(true)).is_empty());
    }

    #[test]
    fn a_string_for_a_list_has_readings_to_choose_from() {
        for (text, expected) in [
            ("a,b", vec![json!(["a", "b"]), json!(["a,b"])]),
            (
                "1, 2",
                vec![json!(["1", "2"]), json!([1, 2]), json!(["1, 2"])],
            ),
            ("['a', 'b']", vec![json!(["a", "b"])]),
            ("a", vec![json!(["a"])]),
            ("", vec![]),
            ("*", vec![]),
            ("all", vec![]),
        ] {
            assert_eq!(readings(&json!(text)), expected, "{text}");
        }
    }
}
