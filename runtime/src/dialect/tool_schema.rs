//! The schema of a generated tool's arguments, in one object.

use serde_json::{Map, json};

use crate::codec::{ArgumentLocation, Field, Json};
use crate::json_pointer;
use crate::tools::ToolSpec;

/// Parses a schema of a [`ToolSpec`]; `None` if there is none.
pub(super) fn parse_schema(text: &str) -> Option<Json> {
    let json: Json = serde_json::from_str(text).ok()?;
    json.is_object().then_some(json)
}

/// Joins the schemas of the query and the body, and adds what only the request type knows: the
/// argument in the path, an argument that is the whole body, and the required arguments.
pub(super) fn argument_schema(spec: &ToolSpec) -> Json {
    let query = parse_schema(spec.query_schema);
    let body = parse_schema(spec.body_schema);
    let fields: Vec<Field> = spec.shape.fields().collect();
    let whole_body = fields
        .iter()
        .find(|field| field.location == ArgumentLocation::WholeBody);
    let (body, whole_body) = match (body, whole_body) {
        // A tool without a resource takes arguments that are not an object unchanged, not under
        // the name of the Rust field.
        (Some(body), Some(_)) if spec.resource.is_empty() => return body,
        (body, Some(field)) => (None, Some((field.name, body.unwrap_or_else(|| json!({}))))),
        (body, None) => (body, None),
    };
    let mut schema = match (query, body) {
        (Some(query), Some(body)) => join(query, &body),
        (query, body) => query.or(body).unwrap_or_else(|| json!({"type": "object"})),
    };
    let Some(members) = schema.as_object_mut() else {
        return schema;
    };
    let properties = members.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        if let Some((name, schema)) = whole_body {
            let pointer = json_pointer::join("#/properties", name);
            properties.insert(name.to_owned(), rebase(&schema, &pointer));
        }
        let is_in_path = |field: &&Field| {
            matches!(
                field.location,
                ArgumentLocation::Path | ArgumentLocation::PathAndBody
            )
        };
        for field in fields.iter().filter(is_in_path) {
            let property = properties.entry(field.name);
            property.or_insert_with(|| json!({"type": "string"}));
        }
    }
    let required = members.entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        for field in fields.iter().filter(|field| field.required) {
            let name = json!(field.name);
            if !required.contains(&name) {
                required.push(name);
            }
        }
    }
    schema
}

/// Joins two schemas of objects. A property of both has the schema of the body, which the request
/// type checks, and is required if either schema requires it.
fn join(mut query: Json, body: &Json) -> Json {
    let of_body = body.get("properties").and_then(Json::as_object);
    let of_query = query.get_mut("properties").and_then(Json::as_object_mut);
    if let (Some(of_query), Some(of_body)) = (of_query, of_body) {
        for (name, schema) in of_query.iter_mut() {
            if of_body.contains_key(name) {
                *schema = Json::Bool(true);
            }
        }
    }
    if is_plain(&query) && is_plain(body) {
        return join_plain(&query, body);
    }
    json!({
        "type": "object",
        "allOf": [{"$ref": "#/$defs/query"}, {"$ref": "#/$defs/body"}],
        "$defs": {
            "query": rebase(&query, "#/$defs/query"),
            "body": rebase(body, "#/$defs/body"),
        },
    })
}

/// Returns `true` for a schema with properties and nothing that concerns several of them.
fn is_plain(schema: &Json) -> bool {
    const PLAIN_KEYWORDS: [&str; 7] = [
        "$schema",
        "type",
        "title",
        "description",
        "properties",
        "required",
        "additionalProperties",
    ];
    schema.as_object().is_some_and(|members| {
        members
            .keys()
            .all(|keyword| PLAIN_KEYWORDS.contains(&keyword.as_str()))
    })
}

fn join_plain(query: &Json, body: &Json) -> Json {
    let mut properties = Map::new();
    let mut required: Vec<Json> = Vec::new();
    for schema in [query, body] {
        let own = schema.get("properties").and_then(Json::as_object);
        for (name, schema) in own.into_iter().flatten() {
            properties.insert(name.clone(), schema.clone());
        }
        let names = schema.get("required").and_then(Json::as_array);
        for name in names.into_iter().flatten() {
            if !required.contains(name) {
                required.push(name.clone());
            }
        }
    }
    let mut joined = json!({"type": "object", "properties": properties, "required": required});
    let additional = body
        .get("additionalProperties")
        .or(query.get("additionalProperties"));
    if let (Some(additional), Some(joined)) = (additional, joined.as_object_mut()) {
        joined.insert("additionalProperties".to_owned(), additional.clone());
    }
    joined
}

/// Moves a schema below `pointer`, and its references with it.
fn rebase(schema: &Json, pointer: &str) -> Json {
    match schema {
        Json::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let fragment = value.as_str().and_then(|text| text.strip_prefix('#'));
                let moved = match (key.as_str(), fragment) {
                    ("$ref", Some(fragment)) => Json::String(format!("{pointer}{fragment}")),
                    _ => rebase(value, pointer),
                };
                (key.clone(), moved)
            });
            Json::Object(members.collect())
        }
        Json::Array(elements) => elements
            .iter()
            .map(|element| rebase(element, pointer))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::tool;

    #[test]
    fn a_property_of_both_schemas_has_the_schema_of_the_body() {
        let body = r#"{"type": "object", "properties": {"a": {"type": "integer"}}}"#;
        for rule in ["", r#", "minProperties": 1"#] {
            let query = format!(
                r#"{{"type": "object", "required": ["a"], "properties": {{"a": {{"type": "string"}}, "b": {{}}}}{rule}}}"#
            );
            let joined = join(
                serde_json::from_str(&query).unwrap(),
                &serde_json::from_str(body).unwrap(),
            );
            let validator = jsonschema::validator_for(&joined).unwrap();
            assert!(validator.is_valid(&json!({"a": 1, "b": 2})), "{joined}");
            assert!(!validator.is_valid(&json!({"a": "1"})), "{joined}");
            assert!(!validator.is_valid(&json!({"b": 2})), "{joined}");
        }
    }

    #[test]
    fn adds_the_whole_body_and_the_argument_in_the_path() {
        const LIST: &str = r##"{"type": "array", "items": {"$ref": "#/$defs/tag"}, "$defs": {"tag": {"type": "string"}}}"##;
        let query_schema = r#"{"type": "object", "properties": {"limit": {"type": "integer"}}}"#;
        let schema = argument_schema(&ToolSpec {
            query_schema,
            body_schema: LIST,
            ..*tool("shop_orders_set_tags")
        });
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(
            validator.is_valid(&json!({"body": ["a"], "limit": 5})),
            "{schema}"
        );
        assert!(!validator.is_valid(&json!({"body": [1]})), "{schema}");
        assert!(!validator.is_valid(&json!({"limit": 5})), "{schema}");

        let without_resource = argument_schema(&ToolSpec {
            resource: "",
            body_schema: LIST,
            ..*tool("shop_orders_set_tags")
        });
        assert_eq!(
            without_resource,
            parse_schema(LIST).unwrap(),
            "the body is the arguments"
        );

        let schema = argument_schema(&ToolSpec {
            body_schema: "",
            ..*tool("update_a_shop_order_cancel_by_id")
        });
        assert_eq!(schema["properties"], json!({"id": {"type": "string"}}));
        assert_eq!(schema["required"], json!(["id"]));
    }
}
