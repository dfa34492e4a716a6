//! Keywords in the spelling of Python: `min_items`, as `model_dump()` of Google's SDK writes them.

use super::keyword::{Holds, holds};
use crate::source::{Json, Members};

/// The keywords by their Python names, sorted.
const PYTHON_NAMES: [(&str, &str); 16] = [
    ("additional_properties", "additionalProperties"),
    ("all_of", "allOf"),
    ("any_of", "anyOf"),
    ("exclusive_maximum", "exclusiveMaximum"),
    ("exclusive_minimum", "exclusiveMinimum"),
    ("max_items", "maxItems"),
    ("max_length", "maxLength"),
    ("max_properties", "maxProperties"),
    ("min_items", "minItems"),
    ("min_length", "minLength"),
    ("min_properties", "minProperties"),
    ("multiple_of", "multipleOf"),
    ("one_of", "oneOf"),
    ("prefix_items", "prefixItems"),
    ("property_ordering", "propertyOrdering"),
    ("unique_items", "uniqueItems"),
];

/// Returns the schema with the usual names of its keywords, or `None` if it has them already.
pub(crate) fn respell(json: &Json) -> Option<Json> {
    is_foreign(json).then(|| respelled(json))
}

/// Returns `true` if the schema or one of its parts has a keyword with a Python name.
fn is_foreign(json: &Json) -> bool {
    match json {
        Json::Object(members) => members.iter().any(|(keyword, value)| {
            usual_name(keyword, value, members).is_some()
                || match (holds(keyword), value) {
                    (Holds::Schema, value) => is_foreign(value),
                    (Holds::SchemaMap, Json::Object(schemas)) => schemas.values().any(is_foreign),
                    _ => false,
                }
        }),
        Json::Array(schemas) => schemas.iter().any(is_foreign),
        _ => false,
    }
}

fn respelled(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let members_in_order = members.in_order().into_iter();
            let renamed = members_in_order.map(|(keyword, value)| {
                let keyword = usual_name(keyword, value, members).unwrap_or(keyword);
                let value = match (holds(keyword), value) {
                    (Holds::Schema, value) => respelled(value),
                    (Holds::SchemaMap, Json::Object(schemas)) => {
                        let schemas = schemas.in_order().into_iter();
                        let schemas =
                            schemas.map(|(name, schema)| (name.clone(), respelled(schema)));
                        Json::Object(schemas.collect())
                    }
                    (_, value) => value.clone(),
                };
                (keyword.to_owned(), value)
            });
            Json::Object(renamed.collect())
        }
        Json::Array(schemas) => Json::Array(schemas.iter().map(respelled).collect()),
        other => other.clone(),
    }
}

/// Returns the usual name of a keyword with a Python name, unless the schema has both, or the value
/// cannot be that of the keyword.
fn usual_name(keyword: &str, value: &Json, members: &Members) -> Option<&'static str> {
    let found = PYTHON_NAMES.binary_search_by_key(&keyword, |(name, _)| name);
    let (_, usual) = PYTHON_NAMES.get(found.ok()?)?;
    let is_list = keyword.ends_with("_of") && keyword != "multiple_of"
        || matches!(keyword, "prefix_items" | "property_ordering");
    let is_fitting = match value {
        Json::Null => true,
        Json::Array(_) => is_list,
        Json::Object(_) => keyword == "additional_properties",
        Json::Bool(_) => matches!(keyword, "additional_properties" | "unique_items"),
        Json::Number(_) | Json::String(_) => {
            !is_list && !matches!(keyword, "additional_properties" | "unique_items")
        }
    };
    (is_fitting && !members.contains_key(usual)).then_some(usual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{compact_json, parse_json};

    #[test]
    fn gives_keywords_their_usual_names() {
        let read = |text: &str| parse_json("", text).unwrap();
        let dump = r#"{"type": "OBJECT", "min_items": null, "properties": {
            "min_items": {"any_of": [{"type": "STRING", "max_length": "5"}], "default": {"any_of": []}}
        }}"#;
        let usual = r#"{"type": "OBJECT", "minItems": null, "properties": {
            "min_items": {"anyOf": [{"type": "STRING", "maxLength": "5"}], "default": {"any_of": []}}
        }}"#;
        assert_eq!(respell(&read(dump)).as_ref(), Some(&read(usual)));
        for kept in [
            usual,
            r#"{"min_items": 1, "minItems": 2}"#,
            r#"{"min_items": {"type": "integer"}}"#,
            r#"{"any_of": true, "unique_items": 1}"#,
        ] {
            assert_eq!(
                respell(&read(kept)).map(|json| compact_json(&json)),
                None,
                "{kept}"
            );
        }
        assert!(PYTHON_NAMES.is_sorted());
    }
}
