//! One schema of a tool in all the forms in which it may stand there.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::schema::{
    Holds, Schema, holds, parse_properties, parse_required, parse_schema, resolve_references,
    schema_layout,
};
use crate::source::{Json, Members, compact, parse_embedded};

/// One of the schemas of a tool.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct EmbeddedSchema {
    /// The schema, or `None` if the catalog has none.
    pub(crate) schema: Option<Schema>,
    /// The schemas that references in it name, by pointer.
    pub(crate) targets: BTreeMap<String, Schema>,
    /// The JSON that it was read from: a bare map of properties stands in it as a schema.
    pub(crate) json: Json,
    /// Its compact JSON in canonical form; empty if the catalog has none.
    pub(crate) text: String,
}

/// The keys of schemas in a snapshot, whatever the kind of the catalog.
pub(crate) const SCHEMA_KEYS: [&str; 5] = [
    "query_schema",
    "body_schema",
    "response_schema",
    "inputSchema",
    "outputSchema",
];

/// Reads the value that stands at `place`.
///
/// # Errors
///
/// Text that is neither JSON nor YAML, and values that are no schema.
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
        Json::Object(members) if is_property_map(members) => Ok(bare_part(members, place)),
        Json::Object(_) | Json::Bool(_) => {
            let schema = parse_schema(value, place.pointer.clone());
            Ok(finish_part(schema, value.clone(), place))
        }
        Json::Number(_) | Json::String(_) | Json::Array(_) => {
            let what = format!("a schema must be an object, but this is {}", value.kind());
            let problem = Diagnostic::new(place.clone(), what);
            Err(problem
                .help("write a JSON Schema, its JSON or YAML as text, or null for none")
                .into())
        }
    }
}

/// Whether an object is a map of properties rather than a schema: it says nothing that a schema
/// says, and some member of it is a schema under a name that is no keyword for one.
pub(crate) fn is_property_map(members: &Members) -> bool {
    let is_schema_map = |value: &Json| {
        let schemas = value.as_object();
        schemas.is_some_and(|schemas| schemas.values().all(|json| !is_plain(json)))
    };
    let is_said = members
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
    !is_said && names_property
}

/// Whether a value is neither an object nor a truth value, so no schema.
fn is_plain(json: &Json) -> bool {
    !matches!(json, Json::Object(_) | Json::Bool(_))
}

/// Whether no keyword of that name could hold an object.
fn is_property_name(key: &str) -> bool {
    let is_value_of_any_kind = matches!(key, "const" | "default" | "example" | "examples");
    let is_extension = key.starts_with("x-") || key.starts_with('$');
    let is_dependency = key.starts_with("depend");
    holds(key) == Holds::Value && !is_value_of_any_kind && !is_extension && !is_dependency
}

/// The part that a map of properties stands for.
fn bare_part(members: &Members, place: &SourceLocation) -> EmbeddedSchema {
    let whole = wrap_properties(members);
    let mut schema = parse_schema(&whole, place.pointer.clone());
    // The properties stand in the map itself, not below a keyword.
    schema.properties.clear();
    schema.required.clear();
    parse_properties(&named_schemas(members), &place.pointer, &mut schema);
    if let Some(required) = members.get("required") {
        parse_required(required, &mut schema);
    }
    finish_part(schema, whole, place)
}

fn finish_part(mut schema: Schema, json: Json, place: &SourceLocation) -> EmbeddedSchema {
    let targets = resolve_references(&json, &place.pointer, &mut schema);
    EmbeddedSchema {
        schema: Some(schema),
        targets,
        text: compact(&schema_layout(&json)),
        json,
    }
}

/// The schema that a map of properties stands for. Beside properties such a map may hold a list of
/// what is required, and texts that describe it.
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

/// The properties of a map of properties.
fn named_schemas(members: &Members) -> Members {
    let schemas = members
        .iter()
        .filter(|(_, value)| value.as_object().is_some());
    schemas
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
