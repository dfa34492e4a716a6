//! Schemas that refuse the arguments that they do not name.
//!
//! A schema that lists properties and says nothing about others allows any, but a model that writes an
//! argument that does not exist has made a mistake. Compiled requests refuse it, and so do these.

use std::collections::BTreeSet;

use serde_json::Map;

use crate::codec::Json;

/// Keywords whose schemas apply to the same value, each a list of schemas.
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Keywords whose schema applies to the same value.
const SAME_VALUE: [&str; 4] = ["not", "if", "then", "else"];

/// Keywords whose schema applies to a part of the value.
const PARTS: [&str; 6] = [
    "items",
    "additionalItems",
    "additionalProperties",
    "contains",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords with schemas by name. Those of a definition apply where it is referenced.
const BY_NAME: [&str; 4] = ["properties", "patternProperties", "$defs", "definitions"];

/// Keywords that say what other properties may be.
const OTHERS: [&str; 3] = [
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
];

/// Closes the objects of a schema that say nothing about other properties.
pub(super) fn close(schema: &mut Json) {
    // What is combined with other schemas stays open: the others name properties as well.
    let mut open = BTreeSet::new();
    loop {
        let mut found = open.clone();
        let is_open = open.contains("#");
        collect_open(schema, "#", is_open, &mut found);
        if found.len() == open.len() {
            break;
        }
        open = found;
    }
    let is_open = open.contains("#");
    close_at(schema, "#", is_open, &open);
}

/// The ways in which a schema is combined with others.
struct Combination {
    has_properties: bool,
    /// It is nothing but a union, or a reference.
    is_alternative: bool,
    is_combined: bool,
}

impl Combination {
    fn of(schema: &Map<String, Json>) -> Self {
        let has_properties = schema.contains_key("properties");
        let combining = ["allOf", "anyOf", "oneOf", "if", "dependentSchemas", "$ref"];
        let combining = combining.iter().filter(|key| schema.contains_key(**key));
        let count = combining.count();
        let is_choice = ["anyOf", "oneOf", "$ref"]
            .iter()
            .any(|key| schema.contains_key(*key));
        Self {
            has_properties,
            is_alternative: !has_properties && count == 1 && is_choice,
            is_combined: count > 0,
        }
    }
}

/// Calls `visit` for each schema inside `schema` with its place and whether it is combined with others.
fn for_each_part<'a>(
    schema: &'a mut Map<String, Json>,
    place: &str,
    is_open: bool,
    visit: &mut dyn FnMut(&'a mut Json, &str, bool),
) {
    let is_open_inside = is_open || !Combination::of(schema).is_alternative;
    for (key, value) in schema {
        let key = key.as_str();
        let place = format!("{place}/{key}");
        if LISTS.contains(&key) || key == "prefixItems" || key == "items" && value.is_array() {
            let is_open = match key {
                "allOf" => true,
                "anyOf" | "oneOf" => is_open_inside,
                _ => false,
            };
            for (index, part) in value.as_array_mut().into_iter().flatten().enumerate() {
                visit(part, &format!("{place}/{index}"), is_open);
            }
        } else if SAME_VALUE.contains(&key) {
            visit(value, &place, true);
        } else if PARTS.contains(&key) {
            visit(value, &place, false);
        } else if BY_NAME.contains(&key) || key == "dependentSchemas" {
            for (name, part) in value.as_object_mut().into_iter().flatten() {
                let place = format!("{place}/{}", toolsmith_dialect::json_pointer::escape(name));
                visit(part, &place, key == "dependentSchemas");
            }
        }
    }
}

/// Collects the definitions that are combined with other schemas somewhere.
fn collect_open(schema: &mut Json, place: &str, is_open: bool, open: &mut BTreeSet<String>) {
    let Json::Object(fields) = schema else {
        return;
    };
    let is_open = is_open || open.contains(place);
    if let Some(Json::String(reference)) = fields.get("$ref")
        && (is_open || !Combination::of(fields).is_alternative)
    {
        open.insert(reference.clone());
    }
    for_each_part(fields, place, is_open, &mut |part, place, is_open| {
        collect_open(part, place, is_open, open);
    });
}

fn close_at(schema: &mut Json, place: &str, is_open: bool, open: &BTreeSet<String>) {
    let Json::Object(fields) = schema else {
        return;
    };
    let is_open = is_open || open.contains(place);
    for_each_part(fields, place, is_open, &mut |part, place, is_open| {
        close_at(part, place, is_open, open);
    });
    let says_others = OTHERS.iter().any(|key| fields.contains_key(*key));
    let combination = Combination::of(fields);
    if is_open || says_others || combination.is_alternative {
        return;
    }
    let keyword = match (combination.has_properties, combination.is_combined) {
        (true, false) => "additionalProperties",
        (true, true) => "unevaluatedProperties",
        (false, true) if fields.contains_key("allOf") => "unevaluatedProperties",
        (false, _) => return,
    };
    fields.insert(keyword.to_owned(), Json::Bool(false));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_closed_unless_they_say_otherwise_or_are_combined() {
        let object = json!({"properties": {"a": {}}});
        for (schema, is_allowed) in [
            (json!({"properties": {"a": {}}}), false),
            (
                json!({"properties": {"a": {}}, "additionalProperties": true}),
                true,
            ),
            (
                json!({"properties": {"a": {}}, "additionalProperties": {"type": "number"}}),
                true,
            ),
            (
                json!({"properties": {"a": {}}, "patternProperties": {"^x": {}}}),
                true,
            ),
            (json!({"type": "object"}), true),
            (json!({"allOf": [object]}), false),
            (json!({"allOf": [object, {"properties": {"x": {}}}]}), true),
            (json!({"anyOf": [object, {"properties": {"x": {}}}]}), false),
            (json!({"anyOf": [object, {"type": "null"}]}), false),
            (
                json!({"properties": {"a": {}}, "anyOf": [{"properties": {"x": {}}}]}),
                true,
            ),
            (
                json!({"properties": {"a": {}}, "anyOf": [{"required": ["a"]}]}),
                false,
            ),
            (json!({"$ref": "#/$defs/A", "$defs": {"A": object}}), false),
            (
                json!({
                    "allOf": [{"$ref": "#/$defs/A"}, {"properties": {"x": {}}}],
                    "$defs": {"A": object},
                }),
                true,
            ),
            (
                json!({
                    "$ref": "#/$defs/A", "properties": {"x": {}},
                    "$defs": {"A": {"$ref": "#/$defs/B"}, "B": object},
                }),
                true,
            ),
        ] {
            let mut closed = schema.clone();
            close(&mut closed);
            let validator = jsonschema::validator_for(&closed).unwrap();
            assert!(validator.is_valid(&json!({"a": 1})), "{closed}");
            assert_eq!(
                validator.is_valid(&json!({"a": 1, "x": 2})),
                is_allowed,
                "{closed}"
            );
        }
    }

    #[test]
    fn objects_inside_are_closed_as_well() {
        let mut schema = json!({
            "properties": {"list": {"items": {"$ref": "#/$defs/A"}}},
            "$defs": {"A": {"properties": {"a": {"$ref": "#/$defs/A"}}}},
        });
        close(&mut schema);
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&json!({"list": [{"a": {"a": {}}}]})));
        assert!(!validator.is_valid(&json!({"list": [{"a": {"x": {}}}]})));
    }
}
