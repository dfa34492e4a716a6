//! The schemas of a tool: as an object, as JSON or YAML in a string, or as a bare map of properties.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::schema::{
    Holds, NullSchemas, Schema, holds, parse_properties, parse_required, parse_schema,
    resolve_references, respell, schema_layout,
};
use crate::source::{Json, Members, compact, parse_embedded};

/// A schema of a tool.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct EmbeddedSchema {
    /// The schema, or `None` if the catalog has none.
    pub(crate) schema: Option<Schema>,
    /// The targets of its references, by pointer.
    pub(crate) targets: BTreeMap<String, Schema>,
    /// The rules of the targets about null, by pointer.
    pub(crate) nulls: NullSchemas,
    /// The JSON of the schema, with every reference as a pointer from its root. A bare map of properties is
    /// wrapped in a schema.
    pub(crate) json: Json,
    /// The compact JSON in canonical form, empty if the catalog has no schema. Properties and
    /// required names are in the order of the author, which tool lists for models keep.
    pub(crate) text: String,
}

/// The keys of schemas in snapshots of every kind.
pub(crate) const SCHEMA_KEYS: [&str; 5] = [
    "query_schema",
    "body_schema",
    "response_schema",
    "inputSchema",
    "outputSchema",
];

/// Parses the schema at `place`.
///
/// # Errors
/// Returns an error if a string is neither JSON nor YAML, or the value is not a schema.
pub(super) fn parse_embedded_schema(
    place: &SourceLocation,
    value: Option<&Json>,
) -> Result<EmbeddedSchema, Diagnostics> {
    let Some(value) = value else {
        return Ok(EmbeddedSchema::default());
    };
    let embedded;
    let value = match value {
        Json::Null => return Ok(EmbeddedSchema::default()),
        Json::String(text) if text.trim().is_empty() => return Ok(EmbeddedSchema::default()),
        Json::String(text) => {
            embedded = parse_embedded(place, text)?;
            &embedded
        }
        value => value,
    };
    match value {
        Json::Null => Ok(EmbeddedSchema::default()),
        // PHP writes an empty object as an empty array.
        Json::Array(elements) if elements.is_empty() => Ok(EmbeddedSchema::default()),
        Json::Object(members) if is_property_map(members) => Ok(parse_property_map(members, place)),
        Json::Object(_) | Json::Bool(_) => {
            let json = respell(value).unwrap_or_else(|| value.clone());
            let schema = parse_schema(&json, place.pointer.clone());
            Ok(finish(schema, json, place))
        }
        Json::Number(_) | Json::String(_) | Json::Array(_) => {
            let what = format!("a schema must be an object, but this is {}", value.kind());
            let problem = Diagnostic::new(place.clone(), what);
            Err(problem
                .help("write a JSON Schema, a string with its JSON or YAML, or null for no schema")
                .into())
        }
    }
}

/// Returns `true` if an object is a bare map of properties instead of a schema: it has none of the
/// typical keywords, and a member that is a schema and whose key is not a keyword.
pub(crate) fn is_property_map(members: &Members) -> bool {
    let is_schema_map = |value: &Json| {
        let schemas = value.as_object();
        schemas.is_some_and(|schemas| schemas.values().all(|json| !is_plain(json)))
    };
    let has_keyword = members
        .iter()
        .any(|(keyword, value)| match keyword.as_str() {
            "type" | "$ref" => value.as_object().is_none(),
            "properties" => is_schema_map(value),
            "allOf" | "anyOf" | "enum" | "oneOf" => value.as_array().is_some(),
            _ => false,
        });
    let names_property = members
        .iter()
        .any(|(key, value)| value.as_object().is_some() && is_property_name(key));
    !has_keyword && names_property
}

/// Returns `true` if a value cannot be a schema: it is neither an object nor a boolean.
fn is_plain(json: &Json) -> bool {
    !matches!(json, Json::Object(_) | Json::Bool(_))
}

/// Returns `true` if `key` is not a keyword whose value may be an object.
fn is_property_name(key: &str) -> bool {
    let is_value_of_any_kind = matches!(key, "const" | "default" | "example" | "examples");
    let is_extension = key.starts_with("x-") || key.starts_with('$');
    let is_dependency = key.starts_with("depend");
    holds(key) == Holds::Value && !is_value_of_any_kind && !is_extension && !is_dependency
}

/// Parses a bare map of properties.
fn parse_property_map(members: &Members, place: &SourceLocation) -> EmbeddedSchema {
    let whole = wrap_properties(members);
    let mut schema = parse_schema(&whole, place.pointer.clone());
    // The pointers of the properties lead into the map itself.
    schema.properties.clear();
    schema.required.clear();
    parse_properties(&named_schemas(members), &place.pointer, &mut schema);
    if let Some(required) = members.get("required") {
        parse_required(required, &mut schema);
    }
    finish(schema, whole, place)
}

fn finish(mut schema: Schema, json: Json, place: &SourceLocation) -> EmbeddedSchema {
    let targets = resolve_references(&json, &place.pointer, &mut schema);
    EmbeddedSchema {
        schema: Some(schema),
        targets: targets.schemas,
        nulls: targets.nulls,
        text: compact(&schema_layout(&json)),
        json: targets.json.unwrap_or(json),
    }
}

/// Wraps a bare map of properties in a schema. Apart from properties, such a map may have `required`,
/// `title` and `description`.
pub(crate) fn wrap_properties(members: &Members) -> Json {
    let mut whole = Members::from([
        ("type".to_owned(), Json::String("object".to_owned())),
        (
            "properties".to_owned(),
            Json::Object(named_schemas(members)),
        ),
    ]);
    for (key, value) in members {
        let is_kept = match value {
            Json::Array(_) => key == "required",
            Json::String(_) => key == "title" || key == "description",
            _ => false,
        };
        if is_kept {
            whole.insert(key.clone(), value.clone());
        }
    }
    Json::Object(whole)
}

/// Returns the properties of a bare map of properties, in its order.
fn named_schemas(members: &Members) -> Members {
    let schemas = members.in_order().into_iter();
    schemas
        .filter(|(_, value)| value.as_object().is_some())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
