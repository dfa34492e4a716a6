//! Places in JSON, by pointer.

use crate::codec::Json;
use crate::json_pointer::{escape, split};

/// `json` with `value` at `pointer`, whose parent has to be there.
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

/// `json` without what stands at `pointer`, and that.
pub(super) fn take(json: &Json, pointer: &str) -> Option<(Json, Json)> {
    let mut copy = json.clone();
    let (parent, name) = split(pointer)?;
    let taken = copy.pointer_mut(parent)?.as_object_mut()?.remove(&name)?;
    Some((copy, taken))
}

/// The pointer to what stands beside `pointer` under another name.
pub(super) fn beside(pointer: &str, name: &str) -> Option<String> {
    let (parent, _) = split(pointer)?;
    Some(format!("{parent}/{}", escape(name)))
}

/// What stands at the places of a pattern, in which `*` is each element, with the place of each.
pub(super) fn find<'a>(json: &'a Json, pattern: &str) -> Vec<(String, &'a Json)> {
    let mut found = vec![(String::new(), json)];
    for step in pattern.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|(place, json)| step_into(&place, json, step))
            .collect();
    }
    found
}

fn step_into<'a>(place: &str, json: &'a Json, step: &str) -> Vec<(String, &'a Json)> {
    match (json, step) {
        (Json::Array(elements), "*") => elements
            .iter()
            .enumerate()
            .map(|(index, element)| (format!("{place}/{index}"), element))
            .collect(),
        (Json::Object(fields), "*") => fields
            .iter()
            .map(|(name, value)| (format!("{place}/{}", escape(name)), value))
            .collect(),
        (json, step) => json
            .pointer(&format!("/{step}"))
            .map(|value| (format!("{place}/{step}"), value))
            .into_iter()
            .collect(),
    }
}

/// Whether a pattern names the place `pointer`.
pub(super) fn names(pattern: &str, pointer: &str) -> bool {
    let (mut left, mut right) = (pattern.split('/'), pointer.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(step), Some(name)) if step == "*" || step == name => {}
            _ => return false,
        }
    }
}
