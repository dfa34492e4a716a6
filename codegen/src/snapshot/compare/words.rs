//! Descriptions of changes.

use crate::source::{Json, Layout, compact, quoted, shortened};

/// Describes the change of a key: `minimum added 1`, `format changed "date" -> "email"`.
pub(super) fn change_of(key: &str, before: Option<&Json>, after: Option<&Json>) -> String {
    match (before, after) {
        (Some(Json::String(before)), Some(Json::String(after))) if key != "type" => {
            let (before, after) = around_difference(before, after);
            format!("{key} changed {} -> {}", quoted(&before), quoted(&after))
        }
        (Some(before), Some(after)) => {
            format!(
                "{key} changed {} -> {}",
                value(key, before),
                value(key, after)
            )
        }
        (Some(before), None) => format!("{key} removed {}", value(key, before)),
        (None, Some(after)) => format!("{key} added {}", value(key, after)),
        (None, None) => format!("{key} unchanged"),
    }
}

/// Returns a value for a message: types as words, everything else as JSON.
fn value(key: &str, json: &Json) -> String {
    match types(json) {
        Some(types) if key == "type" => format!("`{types}`"),
        _ => shortened(&compact(&Layout::from(json))),
    }
}

/// Joins the names of types: `string or null`.
fn types(json: &Json) -> Option<String> {
    let names = match json {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let words = names
        .iter()
        .map(Json::as_str)
        .collect::<Option<Vec<&str>>>()?;
    Some(words.join(" or "))
}

/// Returns the types of a schema in parentheses: ` (string)`.
pub(super) fn summary(schema: &Json) -> String {
    schema
        .as_object()
        .and_then(|members| members.get("type"))
        .and_then(types)
        .map(|types| format!(" ({types})"))
        .unwrap_or_default()
}

/// Returns the strings in a list.
pub(super) fn texts(list: Option<&Json>) -> Vec<&str> {
    let elements = list.and_then(Json::as_array).unwrap_or_default();
    elements.iter().filter_map(Json::as_str).collect()
}

/// Returns the parts of two texts from shortly before their first difference.
fn around_difference(before: &str, after: &str) -> (String, String) {
    const CONTEXT_LENGTH: usize = 20;
    let equal = before
        .chars()
        .zip(after.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let from = |text: &str| match equal.checked_sub(CONTEXT_LENGTH) {
        None | Some(0) => shortened(text),
        Some(start) => {
            let rest: String = text.chars().skip(start).collect();
            // The context begins at a word boundary if it has one.
            let context = rest.split_once(' ').map_or(rest.as_str(), |(_, rest)| rest);
            format!("… {}", shortened(context))
        }
    };
    (from(before), from(after))
}
