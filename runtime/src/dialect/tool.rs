//! A tool as a dialect takes it.

use serde_json::{Map, json};

use crate::codec::{ArgumentLocation, Field, Json};
use crate::json_pointer;
use crate::tools::{Effect, ToolSpec};

/// A tool of any catalog: what it is called, what it says, the schema of its arguments.
///
/// A [`ToolSpec`] becomes one by `From`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Definition<'a> {
    /// The name.
    pub name: &'a str,
    /// The name for people.
    pub title: Option<&'a str>,
    /// What it does.
    pub description: &'a str,
    /// JSON Schema of the arguments.
    pub schema: Json,
    /// JSON Schema of the answer; only MCP tells it.
    pub answer: Option<Json>,
    /// What calling it does; only MCP tells it.
    pub effect: Option<Effect>,
    /// Whether a second call with the same arguments changes nothing more; only MCP tells it.
    pub is_idempotent: bool,
}

impl<'a> Definition<'a> {
    /// A tool of which no more is known.
    #[must_use]
    pub fn new(name: &'a str, description: &'a str, schema: Json) -> Self {
        Self {
            name,
            title: None,
            description,
            schema,
            answer: None,
            effect: None,
            is_idempotent: false,
        }
    }

    /// With a name for people.
    #[must_use]
    pub fn title(mut self, title: &'a str) -> Self {
        self.title = Some(title);
        self
    }

    /// With the schema of its answer.
    #[must_use]
    pub fn answer(mut self, schema: Json) -> Self {
        self.answer = Some(schema);
        self
    }

    /// With what calling it does.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }
}

impl From<&ToolSpec> for Definition<'static> {
    /// The arguments are those of the query and of the body in one object, as
    /// [`ToolSpec::check`] takes them. A list answers with a page, which the catalog has no
    /// schema of.
    fn from(spec: &ToolSpec) -> Self {
        let answer = Some(spec.response_schema).filter(|_| spec.method != "list");
        Self {
            name: spec.name,
            title: Some(spec.title),
            description: spec.description,
            schema: arguments(read(spec.query_schema), read(spec.body_schema), spec),
            answer: answer.and_then(read),
            effect: Some(spec.effect),
            is_idempotent: spec.is_idempotent,
        }
    }
}

/// A schema as it stands in a specification; none if it is empty.
fn read(text: &str) -> Option<Json> {
    let json: Json = serde_json::from_str(text).ok()?;
    json.is_object().then_some(json)
}

/// Both schemas as one, with what the request type knows besides: the argument that stands in the
/// path, one that is the whole body, and what the tool requires.
fn arguments(query: Option<Json>, body: Option<Json>, spec: &ToolSpec) -> Json {
    let fields: Vec<Field> = spec.shape.fields().collect();
    let whole = fields
        .iter()
        .find(|field| field.location == ArgumentLocation::WholeBody);
    let (body, whole) = match (body, whole) {
        // A tool without a resource takes arguments that are no object as they are, and not by the
        // name that the field has in Rust.
        (Some(body), Some(_)) if spec.resource.is_empty() => return body,
        (body, Some(field)) => (None, Some((field.name, body.unwrap_or_else(|| json!({}))))),
        (body, None) => (body, None),
    };
    let mut both = match (query, body) {
        (Some(query), Some(body)) => joined(query, body),
        (query, body) => query.or(body).unwrap_or_else(|| json!({"type": "object"})),
    };
    let Some(members) = both.as_object_mut() else {
        return both;
    };
    let properties = members.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        if let Some((name, schema)) = whole {
            let place = json_pointer::join("#/properties", name);
            properties.insert(name.to_owned(), rebased(&schema, &place));
        }
        let in_path = |field: &&Field| {
            matches!(
                field.location,
                ArgumentLocation::Path | ArgumentLocation::PathAndBody
            )
        };
        for field in fields.iter().filter(in_path) {
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
    both
}

/// Two schemas of objects as one. A property that both have is the body's, which is what the
/// request type checks, and is required if either requires it.
fn joined(mut query: Json, body: Json) -> Json {
    let of_body = body.get("properties").and_then(Json::as_object);
    let of_query = query.get_mut("properties").and_then(Json::as_object_mut);
    if let (Some(of_query), Some(of_body)) = (of_query, of_body) {
        for (name, schema) in of_query.iter_mut() {
            if of_body.contains_key(name) {
                *schema = Json::Bool(true);
            }
        }
    }
    let is_plain = |schema: &Json| {
        let known = [
            "$schema",
            "type",
            "title",
            "description",
            "properties",
            "required",
            "additionalProperties",
        ];
        let members = schema.as_object();
        members.is_some_and(|members| members.keys().all(|key| known.contains(&key.as_str())))
    };
    if !(is_plain(&query) && is_plain(&body)) {
        let parts = [("query", query), ("body", body)];
        let parts: Vec<Json> = parts
            .iter()
            .map(|(name, schema)| rebased(schema, &format!("#/$defs/{name}")))
            .collect();
        return json!({
            "type": "object",
            "allOf": [{"$ref": "#/$defs/query"}, {"$ref": "#/$defs/body"}],
            "$defs": {"query": parts.first(), "body": parts.get(1)},
        });
    }
    let mut properties = Map::new();
    let mut required: Vec<Json> = Vec::new();
    for schema in [&query, &body] {
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
    let mut both = json!({"type": "object", "properties": properties, "required": required});
    let rest = body
        .get("additionalProperties")
        .or(query.get("additionalProperties"));
    if let (Some(rest), Some(both)) = (rest, both.as_object_mut()) {
        both.insert("additionalProperties".to_owned(), rest.clone());
    }
    both
}

/// A schema that moves below `place`, its references with it.
fn rebased(schema: &Json, place: &str) -> Json {
    match schema {
        Json::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let moved = match (
                    key.as_str(),
                    value.as_str().and_then(|text| text.strip_prefix('#')),
                ) {
                    ("$ref", Some(rest)) => Json::String(format!("{place}{rest}")),
                    _ => rebased(value, place),
                };
                (key.clone(), moved)
            });
            Json::Object(members.collect())
        }
        Json::Array(elements) => elements
            .iter()
            .map(|element| rebased(element, place))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::tool;

    #[test]
    fn what_a_specification_says_is_taken_from_it() {
        for is_idempotent in [true, false] {
            let definition = Definition::from(&ToolSpec {
                is_idempotent,
                ..*tool("shop_orders_set_tags")
            });
            assert_eq!(definition.is_idempotent, is_idempotent);
            assert_eq!(definition.title, Some(tool("shop_orders_set_tags").title));
        }
    }

    #[test]
    fn a_property_of_both_schemas_is_that_of_the_body() {
        let body = r#"{"type": "object", "properties": {"a": {"type": "integer"}}}"#;
        for rule in ["", r#", "minProperties": 1"#] {
            let query = format!(
                r#"{{"type": "object", "required": ["a"], "properties": {{"a": {{"type": "string"}}, "b": {{}}}}{rule}}}"#
            );
            let both = joined(
                serde_json::from_str(&query).unwrap(),
                serde_json::from_str(body).unwrap(),
            );
            let validator = jsonschema::validator_for(&both).unwrap();
            assert!(validator.is_valid(&json!({"a": 1, "b": 2})), "{both}");
            assert!(!validator.is_valid(&json!({"a": "1"})), "{both}");
            assert!(!validator.is_valid(&json!({"b": 2})), "{both}");
        }
    }

    #[test]
    fn the_whole_body_and_the_path_are_told_by_their_place() {
        const LIST: &str = r##"{"type": "array", "items": {"$ref": "#/$defs/tag"}, "$defs": {"tag": {"type": "string"}}}"##;
        let query_schema = r#"{"type": "object", "properties": {"limit": {"type": "integer"}}}"#;
        let schema = Definition::from(&ToolSpec {
            query_schema,
            body_schema: LIST,
            ..*tool("shop_orders_set_tags")
        });
        let schema = schema.schema;
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(
            validator.is_valid(&json!({"body": ["a"], "limit": 5})),
            "{schema}"
        );
        assert!(!validator.is_valid(&json!({"body": [1]})), "{schema}");
        assert!(!validator.is_valid(&json!({"limit": 5})), "{schema}");

        let schema = Definition::from(&ToolSpec {
            resource: "",
            body_schema: LIST,
            ..*tool("shop_orders_set_tags")
        });
        assert_eq!(schema.schema, read(LIST).unwrap(), "it is the arguments");

        let schema = Definition::from(&ToolSpec {
            body_schema: "",
            ..*tool("update_a_shop_order_cancel_by_id")
        })
        .schema;
        assert_eq!(schema["properties"], json!({"id": {"type": "string"}}));
        assert_eq!(schema["required"], json!(["id"]));
    }
}
