//! The other forms of a value, and the readings of a string that is given for a list.

use crate::codec::{Json, fold};

/// Strings that stand for something else than themselves where a list is expected.
const STANDING_FOR_OTHERS: [&str; 12] = [
    "all",
    "any",
    "both",
    "empty",
    "every",
    "everything",
    "na",
    "none",
    "nothing",
    "null",
    "nil",
    "undefined",
];

/// The characters at which a string for a list may be split, also those of Chinese and Japanese.
const SEPARATORS: [char; 8] = [',', ';', '|', '\n', '，', '、', '；', '､'];

/// Returns the other forms of a value that are as certain as the value: parsed from a string, as a
/// string, out of a list of one, as the map that a list of pairs is.
pub(super) fn forms(value: &Json) -> Vec<Json> {
    match value {
        Json::String(text) => parse(text).into_iter().collect(),
        Json::Number(_) | Json::Bool(_) => vec![Json::String(value.to_string())],
        Json::Array(elements) => {
            let only = match elements.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            };
            map_of_pairs(elements).into_iter().chain(only).collect()
        }
        Json::Object(_) | Json::Null => Vec::new(),
    }
}

/// The names of the two fields of a pair: that of the name and that of the value.
const NAMES_IN_PAIR: [&str; 6] = ["attribute", "field", "header", "key", "name", "property"];
const VALUES_IN_PAIR: [&str; 3] = ["content", "val", "value"];

/// Returns the map that a list of pairs means: `{"a": 1}` for `[{"name": "a", "value": 1}]`.
fn map_of_pairs(elements: &[Json]) -> Option<Json> {
    let mut map = serde_json::Map::new();
    for element in elements {
        let pair = element.as_object().filter(|pair| pair.len() == 2)?;
        let named = |names: &[&str]| {
            let mut fields = pair.iter();
            let field = fields.find(|(name, _)| names.contains(&fold(name).as_str()))?;
            Some(field.1)
        };
        let (name, value) = named(&NAMES_IN_PAIR)?
            .as_str()
            .zip(named(&VALUES_IN_PAIR))?;
        if map.insert(name.to_owned(), value.clone()).is_some() {
            return None;
        }
    }
    (!map.is_empty()).then_some(Json::Object(map))
}

/// Returns `true` for a map of one entry that is not half of a pair.
pub(super) fn is_one_entry(map: &serde_json::Map<String, Json>) -> bool {
    let is_of_pair = |name: &String| {
        let folded = fold(name);
        NAMES_IN_PAIR.contains(&folded.as_str()) || VALUES_IN_PAIR.contains(&folded.as_str())
    };
    map.len() == 1 && !map.keys().any(is_of_pair)
}

/// The literals of Python, and of other languages, for those of JSON.
const LITERALS: [(&str, &str); 5] = [
    ("True", "true"),
    ("TRUE", "true"),
    ("False", "false"),
    ("FALSE", "false"),
    ("None", "null"),
];

/// Parses the JSON in a string; `True` counts as `true`, `False` as `false` and `None` as null.
fn parse(text: &str) -> Option<Json> {
    let text = text.trim();
    let parsed = serde_json::from_str::<Json>(text)
        .or_else(|_| serde_json::from_str(&with_json_literals(text)))
        .ok();
    parsed.filter(|parsed| !parsed.is_string() && !parsed.is_null())
}

/// Replaces the literals of Python outside of strings.
fn with_json_literals(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            _ if is_of_word(first) => rest.find(|next| !is_of_word(next)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (part, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let literal = LITERALS.iter().find(|(literal, _)| *literal == part);
        written.push_str(literal.map_or(part, |(_, json)| json));
        rest = after;
    }
    written
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns the length in bytes of the JSON string at the start of `text`, or of the rest of it.
fn string_length(text: &str) -> usize {
    let mut is_escaped = true;
    let end = text.char_indices().find(|(_, character)| {
        let is_end = *character == '"' && !is_escaped;
        // The first quotation mark begins the string.
        is_escaped = *character == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |(index, _)| index + 1)
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
    text.contains(char::is_alphanumeric)
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
    // Several addresses, and a string in brackets, are not an element.
    let is_address = |part: &&str| part.contains('@') || part.contains("://");
    let are_addresses = parts.len() > 1 && parts.iter().all(is_address);
    if !are_addresses && !text.trim_start().starts_with(['[', '{', '(']) {
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
    fn only_literals_outside_of_strings_are_read_as_those_of_json() {
        for (text, expected) in [
            (
                r#"{"name": "Ann Smith"}"#,
                Some(json!({"name": "Ann Smith"})),
            ),
            (
                r#"{"name": "Ann Smith", "active": True, "Old": FALSE}"#,
                Some(json!({"name": "Ann Smith", "active": true, "Old": false})),
            ),
            (
                r#"{"True": "True \" False", "None": [None, "None"]}"#,
                Some(json!({"True": "True \" False", "None": [null, "None"]})),
            ),
            (r#"["a\\", True]"#, Some(json!(["a\\", true]))),
            ("True", Some(json!(true))),
            ("FALSE", Some(json!(false))),
            ("5E1", Some(json!(50.0))),
            ("None", None),
            ("TrueLove", None),
            ("tRue", None),
            ("True False", None),
            ("NaN", None),
            ("{'name': True}", None),
            (r#"{"NAME": Ann}"#, None),
            (r#"{"name": "Ann, "active": True}"#, None),
            (r#"{"name": "Ann"#, None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_list_of_pairs_is_a_map() {
        for (list, expected) in [
            (json!([{"name": "a", "value": 1}]), Some(json!({"a": 1}))),
            (
                json!([{"key": "a", "value": "b"}, {"value": "d", "Key": "c"}]),
                Some(json!({"a": "b", "c": "d"})),
            ),
            // Twice the same name, another name of the value, a third field, no text for a name.
            (
                json!([{"name": "a", "value": 1}, {"name": "a", "value": 2}]),
                None,
            ),
            (json!([{"sku": "a", "count": 5}]), None),
            (json!([{"name": "a", "value": 1, "unit": "g"}]), None),
            (json!([{"name": 1, "value": 1}]), None),
            (json!([{"name": "a", "value": 1}, "b"]), None),
            (json!([]), None),
        ] {
            let found = map_of_pairs(list.as_array().unwrap());
            assert_eq!(found, expected, "{list}");
        }
    }

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
            "None", "N/A", "both", "-", "...", "a、b", "a，b",
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
            ("a@x.org,b@x.org", vec![json!(["a@x.org", "b@x.org"])]),
            ("", vec![]),
            ("*", vec![]),
            ("all", vec![]),
            ("甲、乙", vec![json!(["甲", "乙"]), json!(["甲、乙"])]),
        ] {
            assert_eq!(readings(&json!(text)), expected, "{text}");
        }
    }
}
