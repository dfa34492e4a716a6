//! Comparison of schemas.

use super::change::{Changes, all_keys};
use super::words::{change_of, summary, texts};
use crate::schema::{Holds, holds};
use crate::source::{Json, Layout, Members, child, compact, shortened};

/// Compares two schemas at `pointer`.
pub(super) fn compare_schemas(
    before: &Json,
    after: &Json,
    pointer: &str,
    changes: &mut Changes<'_>,
) {
    if before == after {
        return;
    }
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return changes.push(pointer, change_of("schema", Some(before), Some(after)));
    };
    for keyword in all_keys(before, after) {
        let (old, new) = (before.get(keyword), after.get(keyword));
        if old == new {
            continue;
        }
        match (keyword.as_str(), old, new) {
            ("enum", Some(Json::Array(old)), Some(Json::Array(new))) => {
                compare_values(old, new, pointer, changes);
            }
            ("properties", ..) => {
                compare_properties(before, after, &child(pointer, keyword), changes);
            }
            ("required", ..) => compare_required(before, after, pointer, changes),
            (keyword, Some(old), Some(new)) => {
                compare_keyword(keyword, old, new, pointer, changes);
            }
            (keyword, old, new) => changes.push(pointer, change_of(keyword, old, new)),
        }
    }
}

fn compare_values(before: &[Json], after: &[Json], pointer: &str, changes: &mut Changes<'_>) {
    let text = |value: &Json| shortened(&compact(&Layout::from(value)));
    let mut is_reordered = true;
    for value in before.iter().filter(|value| !after.contains(value)) {
        is_reordered = false;
        changes.push(pointer, format!("enum value removed {}", text(value)));
    }
    for value in after.iter().filter(|value| !before.contains(value)) {
        is_reordered = false;
        changes.push(pointer, format!("enum value added {}", text(value)));
    }
    if is_reordered {
        changes.push(pointer, "enum values reordered");
    }
}

/// Compares the values of a keyword that both have.
fn compare_keyword(
    keyword: &str,
    before: &Json,
    after: &Json,
    pointer: &str,
    changes: &mut Changes<'_>,
) {
    let inner = child(pointer, keyword);
    match (holds(keyword), before, after) {
        (Holds::SchemaMap, Json::Object(before), Json::Object(after)) => {
            let noun = match keyword {
                "$defs" | "definitions" => "definition",
                _ => "schema",
            };
            compare_maps(before, after, noun, &inner, changes);
        }
        (Holds::Schema, Json::Array(before), Json::Array(after)) => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                let pointer = child(&inner, &index.to_string());
                compare_schemas(before, after, &pointer, changes);
            }
            for index in after.len()..before.len() {
                changes.push(&child(&inner, &index.to_string()), "branch removed");
            }
            for index in before.len()..after.len() {
                changes.push(&child(&inner, &index.to_string()), "branch added");
            }
        }
        (Holds::Schema, Json::Object(_), Json::Object(_)) => {
            compare_schemas(before, after, &inner, changes);
        }
        _ => changes.push(pointer, change_of(keyword, Some(before), Some(after))),
    }
}

/// Compares two objects of schemas at `pointer`.
pub(super) fn compare_maps(
    before: &Members,
    after: &Members,
    noun: &str,
    pointer: &str,
    changes: &mut Changes<'_>,
) {
    for name in all_keys(before, after) {
        let pointer = child(pointer, name);
        match (before.get(name), after.get(name)) {
            (Some(before), Some(after)) => compare_schemas(before, after, &pointer, changes),
            (Some(_), None) => changes.push(&pointer, format!("{noun} removed")),
            (None, after) => {
                let kind = after.map(summary).unwrap_or_default();
                changes.push(&pointer, format!("{noun} added{kind}"));
            }
        }
    }
}

/// Compares the properties of two schemas. A new property that is required is reported as such.
fn compare_properties(before: &Members, after: &Members, pointer: &str, changes: &mut Changes<'_>) {
    let properties = |schema: &Members| {
        let properties = schema.get("properties").and_then(Json::as_object);
        properties.cloned().unwrap_or_default()
    };
    let old = properties(before);
    let required = texts(after.get("required"));
    let is_newly_required = |name: &str| required.contains(&name) && !old.contains_key(name);
    let (added, others): (Vec<_>, Vec<_>) = properties(after)
        .into_iter()
        .partition(|(name, _)| is_newly_required(name));
    compare_maps(
        &Members::default(),
        &added.into_iter().collect(),
        "required property",
        pointer,
        changes,
    );
    let others = others.into_iter().collect();
    compare_maps(&old, &others, "property", pointer, changes);
}

/// Reports the remaining properties that became required or optional.
fn compare_required(before: &Members, after: &Members, pointer: &str, changes: &mut Changes<'_>) {
    let has = |schema: &Members, name: &str| {
        let properties = schema.get("properties").and_then(Json::as_object);
        properties.is_some_and(|properties| properties.contains_key(name))
    };
    let old = texts(before.get("required"));
    let new = texts(after.get("required"));
    let properties = child(pointer, "properties");
    for name in old.iter().filter(|name| !new.contains(name)) {
        if has(after, name) || !has(before, name) {
            changes.push(&child(&properties, name), "became optional");
        }
    }
    for name in new.iter().filter(|name| !old.contains(name)) {
        if has(before, name) || !has(after, name) {
            changes.push(&child(&properties, name), "became required");
        }
    }
}
