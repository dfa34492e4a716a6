//! The words of descriptions, and where descriptions are placed.

use serde_json::Map;

use crate::codec::Json;

/// The length of a value in bytes up to which it is quoted.
const MAX_QUOTED_LENGTH: usize = 300;

/// The length of a list of values in bytes, beyond which the rest is left out.
const MAX_LIST_LENGTH: usize = 2_000;

/// Appends words to a description.
pub(super) fn append(description: Option<String>, words: &[String]) -> Option<String> {
    let description = description.filter(|text| !text.trim().is_empty());
    match (description, words) {
        (description, []) => description,
        (None, words) => Some(words.join("; ")),
        (Some(text), words) => Some(format!("{} ({})", text.trim_end(), words.join("; "))),
    }
}

/// Returns the first branch of a union, at any depth, or the schema itself if it is not a union.
pub(super) fn innermost(schema: &mut Map<String, Json>) -> &mut Map<String, Json> {
    let first = schema.get("anyOf").and_then(|branches| branches.get(0));
    if !first.is_some_and(Json::is_object) {
        return schema;
    }
    let first = schema
        .get_mut("anyOf")
        .and_then(|branches| branches.get_mut(0));
    match first {
        Some(Json::Object(first)) => innermost(first),
        _ => unreachable!("the first branch is an object"),
    }
}

/// Returns a value as JSON, or `None` if it is long.
pub(super) fn quoted(value: &Json) -> Option<String> {
    let text = value.to_string();
    (text.len() <= MAX_QUOTED_LENGTH).then_some(text)
}

/// Lists the allowed values, as many as fit.
pub(super) fn one_of(values: &[Json]) -> String {
    let mut text = String::from("one of ");
    for (index, value) in values.iter().enumerate() {
        let value = value.to_string();
        if text.len() + value.len() > MAX_LIST_LENGTH {
            text.push_str(", and others");
            break;
        }
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&value);
    }
    text
}
