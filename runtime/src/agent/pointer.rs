//! JSON pointers into arguments and responses, and patterns of pointers.

use crate::codec::Json;
use crate::json_pointer::{escape, split};

/// Returns `json` with `value` at `pointer`, or `None` if the parent does not exist.
pub(super) fn set(json: &Json, pointer: &str, value: Json) -> Option<Json> {
    let mut copy = json.clone();
    if pointer.is_empty() {
        return Some(value);
    }
    let (parent, name) = split(pointer)?;
    match copy.pointer_mut(parent)? {
        Json::Object(fields) => {
            fields.insert(name, value);
        }
        Json::Array(elements) => *elements.get_mut(name.parse::<usize>().ok()?)? = value,
        _ => return None,
    }
    Some(copy)
}

/// Returns `json` without the field at `pointer`, and the value of the field.
pub(super) fn take(json: &Json, pointer: &str) -> Option<(Json, Json)> {
    let mut copy = json.clone();
    let (parent, name) = split(pointer)?;
    let taken = copy.pointer_mut(parent)?.as_object_mut()?.remove(&name)?;
    Some((copy, taken))
}

/// Returns the pointer to the field `name` of the object that contains `pointer`.
pub(super) fn sibling(pointer: &str, name: &str) -> Option<String> {
    let (parent, _) = split(pointer)?;
    Some(format!("{parent}/{}", escape(name)))
}

/// Returns the last name of a pointer.
pub(super) fn last_name(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

/// Returns the values that match a pattern, each with its pointer. `*` in a pattern matches each
/// element or field.
pub(super) fn find<'a>(json: &'a Json, pattern: &str) -> Vec<(String, &'a Json)> {
    let mut found = vec![(String::new(), json)];
    for step in pattern.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|(pointer, json)| step_into(&pointer, json, step))
            .collect();
    }
    found
}

fn step_into<'a>(pointer: &str, json: &'a Json, step: &str) -> Vec<(String, &'a Json)> {
    match (json, step) {
        (Json::Array(elements), "*") => elements
            .iter()
            .enumerate()
            .map(|(index, element)| (format!("{pointer}/{index}"), element))
            .collect(),
        (Json::Object(fields), "*") => fields
            .iter()
            .map(|(name, value)| (format!("{pointer}/{}", escape(name)), value))
            .collect(),
        (json, step) => json
            .pointer(&format!("/{step}"))
            .map(|value| (format!("{pointer}/{step}"), value))
            .into_iter()
            .collect(),
    }
}

/// Returns `true` if `pointer` matches a pattern.
pub(super) fn matches(pattern: &str, pointer: &str) -> bool {
    let (mut left, mut right) = (pattern.split('/'), pointer.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(step), Some(name)) if step == "*" || step == name => {}
            _ => return false,
        }
    }
}
