//! The descriptions of arguments.

use std::collections::BTreeMap;

use crate::source::{Json, parse_json};

/// Returns the arguments of a schema, with their descriptions.
pub(super) fn argument_texts(schema: &str) -> BTreeMap<String, Option<String>> {
    let json = parse_json("", schema).ok();
    let properties = json.as_ref().and_then(Json::as_object);
    let properties = properties.and_then(|members| members.get("properties")?.as_object());
    let properties = properties.into_iter().flatten();
    properties
        .map(|(name, schema)| (name.clone(), description(schema).map(str::to_owned)))
        .collect()
}

/// Returns the description of a schema.
pub(super) fn description(schema: &Json) -> Option<&str> {
    match schema.as_object()?.get("description")? {
        Json::String(text) => Some(text),
        _ => None,
    }
}
