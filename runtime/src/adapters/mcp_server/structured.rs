//! Responses as structured content, and its schema.
//!
//! Clients reject structured content that does not match its schema, and APIs do not always follow
//! their own: they return unexpected nulls and new enum values. Therefore the schema for clients
//! names fields and types but requires nothing, and a value of another type is left out of the
//! structured content. The text contains it. If the text is truncated, so is the structured content.

use serde_json::{Map, json};

use crate::codec::Json;
use crate::tools::ToolSpec;

/// The depth to which a schema is copied.
const MAX_SCHEMA_DEPTH: usize = 12;

/// The field for a response that is not an object.
const RESULT: &str = "result";

/// Returns JSON text whose members have the order in which the members of [`schema`] are listed.
pub(super) fn model(spec: &ToolSpec) -> Option<String> {
    let text = spec.response_schema;
    let record: Json = serde_json::from_str(text).ok()?;
    Some(if spec.method == "list" {
        format!(r#"{{"type":0,"properties":{{"{RESULT}":{{"items":{text}}},"next_cursor":0}}}}"#)
    } else if record.get("type").is_some_and(|kind| kind == "object") {
        text.to_owned()
    } else {
        format!(r#"{{"type":0,"properties":{{"{RESULT}":{text}}}}}"#)
    })
}

/// Returns the schema of a tool's structured content, or `None` if the catalog has no schema of its
/// response.
pub(super) fn schema(spec: &ToolSpec) -> Option<Json> {
    let record: Json = serde_json::from_str(spec.response_schema).ok()?;
    let schema = lenient(&record, MAX_SCHEMA_DEPTH);
    if spec.method == "list" {
        let cursor =
            json!({"type": ["string", "null"], "description": "The cursor of the next page"});
        let records = json!({"type": ["array", "null"], "items": schema});
        return Some(object_schema(
            &json!({RESULT: records, "next_cursor": cursor}),
        ));
    }
    let is_object = record.get("type").is_some_and(|kind| kind == "object");
    Some(match schema {
        Json::Object(mut fields) if is_object => {
            fields.insert("type".to_owned(), json!("object"));
            Json::Object(fields)
        }
        schema => object_schema(&json!({RESULT: schema})),
    })
}

fn object_schema(properties: &Json) -> Json {
    json!({"type": "object", "properties": properties})
}

/// Returns a schema with names and types and without requirements.
fn lenient(schema: &Json, depth: usize) -> Json {
    let mut lenient = Map::new();
    let Some(schema) = schema.as_object().filter(|_| depth > 0) else {
        return Json::Object(lenient);
    };
    if let Some(description) = schema.get("description").filter(|text| text.is_string()) {
        lenient.insert("description".to_owned(), description.clone());
    }
    if let Some(values @ Json::Array(_)) = schema.get("enum") {
        lenient.insert("examples".to_owned(), values.clone());
    }
    // References and unions are not resolved: any value is allowed there.
    let unresolved = ["$ref", "anyOf", "oneOf", "allOf"];
    if unresolved
        .iter()
        .any(|keyword| schema.contains_key(*keyword))
    {
        return Json::Object(lenient);
    }
    let mut kinds: Vec<&str> = match schema.get("type") {
        Some(Json::String(kind)) => vec![kind],
        Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() {
        kinds.retain(|kind| *kind != "null");
        kinds.push("null");
        lenient.insert("type".to_owned(), json!(kinds));
    }
    if let Some(Json::Object(properties)) = schema.get("properties") {
        let properties = properties
            .iter()
            .map(|(name, schema)| (name.clone(), self::lenient(schema, depth - 1)));
        lenient.insert("properties".to_owned(), Json::Object(properties.collect()));
    }
    if let Some(items @ Json::Object(_)) = schema.get("items") {
        lenient.insert("items".to_owned(), self::lenient(items, depth - 1));
    }
    Json::Object(lenient)
}

/// Returns a response as structured content that matches `schema`.
pub(super) fn content(response: Json, schema: Option<&Json>) -> Json {
    let content = match response {
        object @ Json::Object(_) => object,
        other => json!({RESULT: other}),
    };
    match schema {
        Some(schema) => matching(content, schema).unwrap_or_else(|| json!({})),
        None => content,
    }
}

/// Returns the part of a value that matches a schema.
fn matching(value: Json, schema: &Json) -> Option<Json> {
    let has_type = match schema.get("type") {
        Some(Json::String(kind)) => has_json_type(&value, kind),
        Some(Json::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Json::as_str);
            kinds.any(|kind| has_json_type(&value, kind))
        }
        _ => true,
    };
    if !has_type {
        return None;
    }
    Some(match value {
        Json::Object(fields) => {
            let properties = schema.get("properties");
            let fields = fields.into_iter().filter_map(|(name, value)| {
                let schema = properties.and_then(|properties| properties.get(&name));
                let value = match schema {
                    Some(schema) => matching(value, schema)?,
                    None => value,
                };
                Some((name, value))
            });
            Json::Object(fields.collect())
        }
        Json::Array(elements) => match schema.get("items") {
            // Null keeps the place of an element that does not match.
            Some(items) => elements
                .into_iter()
                .map(|element| matching(element, items).unwrap_or(Json::Null))
                .collect(),
            None => Json::Array(elements),
        },
        value => value,
    })
}

fn has_json_type(value: &Json, kind: &str) -> bool {
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
    fn only_values_of_another_type_are_left_out() {
        let schema = json!({
            "type": "object", "required": ["id", "env", "tags"], "additionalProperties": false,
            "$defs": {"Owner": {"type": "string"}},
            "properties": {
                "id": {"type": "string", "pattern": "^k_"}, "env": {"enum": ["live"], "type": "string"},
                "uses": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}},
                "owner": {"$ref": "#/$defs/Owner"},
            },
        });
        let lenient = object_schema(&lenient(&schema, MAX_SCHEMA_DEPTH)["properties"]);
        let response = json!({
            "id": null, "env": "staging", "uses": "many", "tags": ["a", 7], "owner": 5, "new": true,
        });
        let expected =
            json!({"id": null, "env": "staging", "tags": ["a", null], "owner": 5, "new": true});
        let content = content(response, Some(&lenient));
        assert_eq!(content, expected);
        assert!(jsonschema::is_valid(&lenient, &content));
        assert!(!jsonschema::is_valid(&schema, &content));
    }

    #[test]
    fn content_is_always_an_object() {
        assert_eq!(content(json!([1]), None), json!({"result": [1]}));
        assert_eq!(content(json!("done"), None), json!({"result": "done"}));
    }
}
