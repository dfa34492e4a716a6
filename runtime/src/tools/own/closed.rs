//! Schemas that refuse the arguments that they do not name.
//!
//! A schema that lists properties and says nothing about others allows any, but a model that writes an
//! argument that does not exist has made a mistake. Compiled requests refuse it, and so do these.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;
use toolsmith_dialect::schema_path::{SchemaStep, SchemaSteps};

use crate::codec::Json;

/// Keywords whose schemas apply to the same value, each a list of schemas.
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Keywords whose schema applies to the same value.
const SAME_VALUE: [&str; 4] = ["not", "if", "then", "else"];

/// Keywords whose schemas apply to the same value under a condition, or say when one applies.
const CONDITIONAL: [&str; 5] = ["not", "if", "then", "else", "dependentSchemas"];

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
    let mut open = shared_parts(schema);
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

/// Returns the places inside an object whose value has further schemas in a condition or in another member of
/// an `allOf`: each names some of its properties.
fn shared_parts(schema: &mut Json) -> BTreeSet<String> {
    let mut places = Vec::new();
    collect_places(schema, "#", &mut places);
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for place in places {
        groups.entry(value_of(&place)).or_default().push(place);
    }
    let is_shared = |places: &Vec<String>| {
        let has = |keywords: &[&str]| places.iter().any(|place| is_below(place, keywords));
        has(&CONDITIONAL) || places.len() > 1 && has(&["allOf"])
    };
    groups.into_values().filter(is_shared).flatten().collect()
}

fn collect_places(schema: &mut Json, place: &str, places: &mut Vec<String>) {
    let Json::Object(fields) = schema else {
        return;
    };
    places.push(place.to_owned());
    for_each_part(fields, place, false, &mut |part, place, _| {
        collect_places(part, place, places);
    });
}

/// Returns the place of the value to which the schema at `place` applies.
fn value_of(place: &str) -> String {
    let steps = SchemaSteps::new(place.trim_start_matches('#'));
    let steps = steps.filter(|step| !matches!(step, SchemaStep::Branch { .. }));
    let steps: Vec<String> = steps.map(|step| format!("/{step:?}")).collect();
    steps.concat()
}

/// Returns `true` if the schema at `place` is one of a part of the value to which one of these keywords
/// applies a schema.
fn is_below(place: &str, keywords: &[&str]) -> bool {
    let mut steps = SchemaSteps::new(place.trim_start_matches('#'));
    let is_one = |step: SchemaStep<'_>| match step {
        SchemaStep::Branch { keyword, .. } => keywords.contains(&keyword),
        _ => false,
    };
    steps.any(is_one) && steps.any(|step| !matches!(step, SchemaStep::Branch { .. }))
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
    fn objects_that_conditions_describe_as_well_are_open() {
        let inner =
            |name: &str| json!({"properties": {"o": {"type": "object", "properties": {name: {}}}}});
        let both = json!({"o": {"a": 1, "b": 2}});
        for (mut schema, is_allowed) in [
            (
                json!({"properties": inner("a")["properties"], "if": {}, "then": inner("b")}),
                true,
            ),
            (
                json!({"properties": inner("a")["properties"], "dependentSchemas": {"o": inner("b")}}),
                true,
            ),
            (
                json!({"properties": inner("a")["properties"], "else": inner("b"), "if": {"required": ["x"]}}),
                true,
            ),
            (json!({"allOf": [inner("a"), inner("b")]}), true),
            (json!({"allOf": [inner("a")]}), false),
            (
                json!({"properties": inner("a")["properties"], "then": {"required": ["o"]}, "if": {}}),
                false,
            ),
            (json!({"anyOf": [inner("a"), inner("b")]}), false),
        ] {
            close(&mut schema);
            let validator = jsonschema::validator_for(&schema).unwrap();
            assert!(validator.is_valid(&json!({"o": {"a": 1}})), "{schema}");
            assert_eq!(validator.is_valid(&both), is_allowed, "{schema}");
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
