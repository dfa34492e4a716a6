//! Random schemas, and steps into schemas.

use serde_json::{Map, Value as Json, json};

use crate::dice::Dice;

/// Names of properties and tools.
pub(crate) const NAMES: [&str; 14] = [
    "status",
    "kind",
    "type",
    "user-id",
    "userId",
    "items",
    "extra",
    "filter",
    "owner",
    "state",
    "unknown",
    "mode",
    "projectId",
    "note_null",
];

/// Values of enums, and tags.
pub(crate) const VALUES: [&str; 12] = [
    "day", "week", "month", "hour", "live", "paused", "Unknown", "+1", "-1", "self", "a b", "a_b",
];

/// The steps to a schema: keywords, names and indices.
pub(crate) type Path = Vec<String>;

pub(crate) fn drop_required(schema: &mut Json, name: &str) {
    if let Some(required) = schema.get_mut("required").and_then(Json::as_array_mut) {
        required.retain(|known| known != name);
    }
}

/// Returns the schema at a path.
pub(crate) fn at<'j>(json: &'j mut Json, path: &[String]) -> Option<&'j mut Json> {
    path.iter().try_fold(json, |json, step| match json {
        Json::Array(elements) => elements.get_mut(step.parse::<usize>().ok()?),
        json => json.get_mut(step),
    })
}

pub(crate) fn collect(
    schema: &Json,
    path: &mut Path,
    is_wanted: fn(&Json) -> bool,
    found: &mut impl FnMut(&Path),
) {
    if !schema.is_object() {
        return;
    }
    if is_wanted(schema) {
        found(path);
    }
    let mut visit = |steps: &[String], inner: &Json| {
        let length = path.len();
        path.extend(steps.iter().cloned());
        collect(inner, path, is_wanted, found);
        path.truncate(length);
    };
    for keyword in ["properties", "$defs"] {
        for (name, inner) in schema[keyword].as_object().into_iter().flatten() {
            visit(&[keyword.to_owned(), name.clone()], inner);
        }
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(keyword) {
            visit(&[keyword.to_owned()], inner);
        }
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        let inner = schema.get(keyword).and_then(Json::as_array);
        for (index, inner) in inner.into_iter().flatten().enumerate() {
            visit(&[keyword.to_owned(), index.to_string()], inner);
        }
    }
}

pub(crate) fn is_any(schema: &Json) -> bool {
    schema.is_object()
}

pub(crate) fn is_enum(schema: &Json) -> bool {
    let values = schema.get("enum").and_then(Json::as_array);
    values.is_some_and(|values| values.iter().all(Json::is_string))
}

pub(crate) fn is_object(schema: &Json) -> bool {
    has_properties(schema)
}

pub(crate) fn has_properties(schema: &Json) -> bool {
    let properties = schema.get("properties").and_then(Json::as_object);
    properties.is_some_and(|properties| !properties.is_empty())
}

pub(crate) fn is_union(schema: &Json) -> bool {
    let variants = schema.get("oneOf").and_then(Json::as_array);
    variants.is_some_and(|variants| variants.len() > 1)
}

/// Returns a random schema.
pub(crate) fn schema(dice: &mut Dice, depth: usize) -> Json {
    let value = |dice: &mut Dice| *dice.pick(&VALUES).unwrap();
    match dice.roll(if depth == 0 { 4 } else { 8 }) {
        0 => json!({"type": "string"}),
        1 => json!({"type": ["integer", "null"]}),
        2 | 3 => {
            let mut values = vec![value(dice), value(dice), value(dice)];
            values.sort_unstable();
            values.dedup();
            json!({"type": "string", "enum": values})
        }
        4 => json!({"type": "array", "items": schema(dice, depth - 1)}),
        5 => {
            let mut variants = vec![variant(dice, "day")];
            for tag in ["live", "Unknown", "self"] {
                if dice.roll(2) == 0 {
                    variants.push(variant(dice, tag));
                }
            }
            json!({"oneOf": variants})
        }
        _ => {
            let mut properties = Map::new();
            for _ in 0..=dice.roll(3) {
                let name = (*dice.pick(&NAMES).unwrap()).to_owned();
                properties.insert(name, schema(dice, depth - 1));
            }
            json!({"type": "object", "properties": properties})
        }
    }
}

/// Returns a variant of a union with a tag. Some differ in nothing else.
pub(crate) fn variant(dice: &mut Dice, tag: &str) -> Json {
    let name = ["id", "text", "at"][dice.roll(3)];
    json!({
        "type": "object",
        "properties": {"tag": {"const": tag}, name: {"type": "string"}},
        "required": ["tag", name],
    })
}
