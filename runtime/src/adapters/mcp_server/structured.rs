//! Answers as structured content, and the schema that they keep to.
//!
//! Clients throw an answer away that breaks its schema, and the API behind breaks its own at times:
//! a null where none should be, an enum's new value. So the schema that a client sees names fields
//! and types and demands nothing, and what is of another type all the same is left out of the
//! structured content; the text has it. Where the text is cut, the structured content is too.

use serde_json::{Map, json};

use crate::codec::Json;
use crate::tools::ToolSpec;

/// How deep a schema is told.
const DEPTH: usize = 12;

/// Where an answer stands that is no object.
const RESULT: &str = "result";

/// The schema of a tool's structured content; none if the catalog does not know its answer.
pub(super) fn schema(spec: &ToolSpec) -> Option<Json> {
    let record: Json = serde_json::from_str(spec.response_schema).ok()?;
    let told = told(&record, DEPTH);
    if spec.method == "list" {
        let cursor =
            json!({"type": ["string", "null"], "description": "Where the next page begins"});
        let records = json!({"type": ["array", "null"], "items": told});
        return Some(of_object(&json!({RESULT: records, "next_cursor": cursor})));
    }
    let is_object = record.get("type").is_some_and(|kind| kind == "object");
    Some(match told {
        Json::Object(mut fields) if is_object => {
            fields.insert("type".to_owned(), json!("object"));
            Json::Object(fields)
        }
        told => of_object(&json!({RESULT: told})),
    })
}

fn of_object(properties: &Json) -> Json {
    json!({"type": "object", "properties": properties})
}

/// A schema without its demands.
fn told(schema: &Json, depth: usize) -> Json {
    let mut told = Map::new();
    let Some(schema) = schema.as_object().filter(|_| depth > 0) else {
        return Json::Object(told);
    };
    if let Some(description) = schema.get("description").filter(|text| text.is_string()) {
        told.insert("description".to_owned(), description.clone());
    }
    if let Some(values @ Json::Array(_)) = schema.get("enum") {
        told.insert("examples".to_owned(), values.clone());
    }
    // What a reference or a union allows is not looked up: any value is right there.
    let open = ["$ref", "anyOf", "oneOf", "allOf"];
    if open.iter().any(|keyword| schema.contains_key(*keyword)) {
        return Json::Object(told);
    }
    let mut kinds: Vec<&str> = match schema.get("type") {
        Some(Json::String(kind)) => vec![kind],
        Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() {
        kinds.retain(|kind| *kind != "null");
        kinds.push("null");
        told.insert("type".to_owned(), json!(kinds));
    }
    if let Some(Json::Object(properties)) = schema.get("properties") {
        let properties = properties
            .iter()
            .map(|(name, schema)| (name.clone(), self::told(schema, depth - 1)));
        told.insert("properties".to_owned(), Json::Object(properties.collect()));
    }
    if let Some(items @ Json::Object(_)) = schema.get("items") {
        told.insert("items".to_owned(), self::told(items, depth - 1));
    }
    Json::Object(told)
}

/// An answer as structured content that keeps to `schema`.
pub(super) fn content(answer: Json, schema: Option<&Json>) -> Json {
    let answer = match answer {
        answer @ Json::Object(_) => answer,
        answer => json!({RESULT: answer}),
    };
    match schema {
        Some(schema) => kept(answer, schema).unwrap_or_else(|| json!({})),
        None => answer,
    }
}

/// What of a value keeps to a schema.
fn kept(value: Json, schema: &Json) -> Option<Json> {
    let is_right = match schema.get("type") {
        Some(Json::String(kind)) => is_of(&value, kind),
        Some(Json::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Json::as_str);
            kinds.any(|kind| is_of(&value, kind))
        }
        _ => true,
    };
    if !is_right {
        return None;
    }
    Some(match value {
        Json::Object(fields) => {
            let properties = schema.get("properties");
            let fields = fields.into_iter().filter_map(|(name, value)| {
                let schema = properties.and_then(|properties| properties.get(&name));
                let value = match schema {
                    Some(schema) => kept(value, schema)?,
                    None => value,
                };
                Some((name, value))
            });
            Json::Object(fields.collect())
        }
        Json::Array(elements) => match schema.get("items") {
            // Each keeps its place.
            Some(items) => {
                let elements = elements.into_iter();
                let kept = elements.map(|element| kept(element, items).unwrap_or(Json::Null));
                Json::Array(kept.collect())
            }
            None => Json::Array(elements),
        },
        value => value,
    })
}

fn is_of(value: &Json, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => {
            let is_whole = |number: f64| number.fract() == 0.0;
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(is_whole)
        }
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_the_catalogs_word_costs_nobody_the_rest() {
        let schema = json!({
            "type": "object", "required": ["id", "env", "tags"], "additionalProperties": false,
            "$defs": {"Owner": {"type": "string"}},
            "properties": {
                "id": {"type": "string", "pattern": "^k_"}, "env": {"enum": ["live"], "type": "string"},
                "uses": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}},
                "owner": {"$ref": "#/$defs/Owner"},
            },
        });
        let told = of_object(&told(&schema, DEPTH)["properties"]);
        let answer = json!({
            "id": null, "env": "staging", "uses": "many", "tags": ["a", 7], "owner": 5, "new": true,
        });
        let expected =
            json!({"id": null, "env": "staging", "tags": ["a", null], "owner": 5, "new": true});
        let content = content(answer, Some(&told));
        assert_eq!(content, expected);
        assert!(jsonschema::is_valid(&told, &content));
        assert!(!jsonschema::is_valid(&schema, &content));
    }

    #[test]
    fn content_is_always_an_object() {
        assert_eq!(content(json!([1]), None), json!({"result": [1]}));
        assert_eq!(content(json!("done"), None), json!({"result": "done"}));
    }
}
