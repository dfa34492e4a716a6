//! JSON pointers into arguments and responses, and patterns of pointers.

use toolsmith_dialect::json_pointer::{escape, split};

use crate::codec::Json;

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

/// Calls `visit` with the values that a pattern matches, as [`find`] does, without their pointers.
pub(super) fn visit<'a>(json: &'a Json, pattern: &str, visit_value: &mut dyn FnMut(&'a Json)) {
    let Some(steps) = pattern.strip_prefix('/') else {
        return visit_value(json);
    };
    let end = steps.find('/').unwrap_or(steps.len());
    let (step, rest) = steps.split_at_checked(end).unwrap_or((steps, ""));
    match (json, step) {
        (Json::Array(elements), "*") => elements
            .iter()
            .for_each(|element| visit(element, rest, visit_value)),
        (Json::Object(fields), "*") => fields
            .values()
            .for_each(|value| visit(value, rest, visit_value)),
        (Json::Object(fields), name) if !name.contains('~') => {
            if let Some(value) = fields.get(name) {
                visit(value, rest, visit_value);
            }
        }
        (json, step) => {
            if let Some(value) = json.pointer(&format!("/{step}")) {
                visit(value, rest, visit_value);
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn visits_the_values_that_are_found() {
        let json = json!({
            "id": "a", "a/b": {"c~d": "e"}, "*": "star", "list": [{"id": "b"}, {"id": "c"}, 5],
            "map": {"x": {"ids": ["d", "e"]}, "y": {"ids": []}},
        });
        for pattern in [
            "",
            "/",
            "/id",
            "/new",
            "/id/new",
            "/a~1b/c~0d",
            "/*",
            "/list/*",
            "/list/*/id",
            "/list/1/id",
            "/map/*/ids/*",
            "/map/*/*",
            "/list/*/",
            "/list/new",
        ] {
            let mut visited = Vec::new();
            visit(&json, pattern, &mut |value| visited.push(value));
            let found = find(&json, pattern);
            let found: Vec<&Json> = found.into_iter().map(|(_, value)| value).collect();
            assert_eq!(visited, found, "{pattern}");
        }
    }
}
