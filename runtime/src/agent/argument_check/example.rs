//! An example of the arguments of a tool.

use serde_json::{Map, json};

use crate::codec::Json;
use crate::tools::ToolSpec;

/// The number of arguments in an example.
const MAX_ARGUMENTS: usize = 3;

/// Returns the JSON of an object with the first required arguments of a tool, or with an optional one.
pub(in crate::agent) fn example(tool: &ToolSpec) -> String {
    let schemas: Vec<Json> = [tool.query_schema, tool.body_schema]
        .into_iter()
        .filter_map(|schema| serde_json::from_str(schema).ok())
        .collect();
    let mut names = required(tool, &schemas);
    if names.is_empty() {
        names.extend(optional(tool, &schemas));
    }
    names.truncate(MAX_ARGUMENTS);
    // Written here, because a map may sort its keys.
    let fields: Vec<String> = names
        .into_iter()
        .map(|name| {
            let schemas = schemas.iter();
            let value = schemas.filter_map(|root| Some(value(property(root, &name)?)));
            let value = value.into_iter().next().unwrap_or_else(|| json!("…"));
            format!("{}: {value}", Json::from(name))
        })
        .collect();
    format!("{{{}}}", fields.join(", "))
}

/// Returns the names of the required arguments.
fn required(tool: &ToolSpec, schemas: &[Json]) -> Vec<String> {
    let listed = schemas
        .iter()
        .filter_map(|schema| schema.get("required")?.as_array());
    let listed = listed.flatten().filter_map(Json::as_str);
    let known = tool
        .argument_names()
        .take(tool.shape.required_names().count());
    let known = known.map(str::to_owned);
    let mut names: Vec<String> = Vec::new();
    for name in known.chain(listed.map(str::to_owned)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns the name of the page size, or of the first optional argument.
fn optional(tool: &ToolSpec, schemas: &[Json]) -> Option<String> {
    let properties = schemas
        .iter()
        .filter_map(|schema| schema.get("properties")?.as_object());
    let listed = properties.flat_map(Map::keys).cloned();
    let known = tool.argument_names().map(str::to_owned);
    let mut names: Vec<String> = known.chain(listed).collect();
    let limit = names.iter().position(|name| name == "limit").unwrap_or(0);
    (limit < names.len()).then(|| names.swap_remove(limit))
}

fn property<'a>(root: &'a Json, name: &str) -> Option<&'a Json> {
    let schema = root.get("properties")?.get(name)?;
    let reference = schema.get("$ref").and_then(Json::as_str);
    let pointer = reference.and_then(|reference| reference.strip_prefix('#'));
    Some(
        pointer
            .and_then(|pointer| root.pointer(pointer))
            .unwrap_or(schema),
    )
}

/// Returns a value of the type that a schema names. A string is a gap, so that no model sends it.
fn value(schema: &Json) -> Json {
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    let allowed = schema.get("enum").and_then(Json::as_array);
    if let Some(first) = allowed.and_then(|allowed| allowed.iter().find(|value| !value.is_null())) {
        return first.clone();
    }
    let kinds = match schema.get("type") {
        Some(Json::String(kind)) => vec![kind.as_str()],
        Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    match kinds.into_iter().find(|kind| *kind != "null") {
        Some("integer" | "number") => {
            let bound = |name: &str| schema.get(name).and_then(Json::as_i64);
            let least = bound("minimum").unwrap_or(i64::MIN);
            let most = bound("maximum").unwrap_or(i64::MAX);
            json!(5.max(least).min(most))
        }
        Some("boolean") => json!(true),
        Some("array") => {
            let items = schema.get("items").filter(|items| items.is_object());
            let is_plain = |items: &&Json| {
                items.get("$ref").is_none() && items.get("type") != Some(&json!("array"))
            };
            json!([items.filter(is_plain).map_or_else(|| json!("…"), value)])
        }
        Some("object") => json!({}),
        _ => json!("…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::tool;

    #[test]
    fn an_example_has_the_arguments_of_its_tool() {
        for (name, expected) in [
            (
                "create_a_shop_project",
                r#"{"name": "…", "accountId": "…"}"#,
            ),
            ("get_single_shop_project_by_id", r#"{"id": "…"}"#),
            ("list_all_shop_projects", r#"{"accountId": "…"}"#),
        ] {
            assert_eq!(example(tool(name)), expected, "{name}");
        }
    }

    #[test]
    fn a_value_has_the_type_of_its_schema() {
        for (schema, expected) in [
            (
                json!({"type": "integer", "minimum": 1, "maximum": 100}),
                json!(5),
            ),
            (json!({"type": ["null", "integer"], "maximum": 3}), json!(3)),
            (json!({"type": "number", "minimum": 8}), json!(8)),
            (json!({"enum": [null, "day", "week"]}), json!("day")),
            (json!({"const": 7}), json!(7)),
            (json!({"type": "boolean"}), json!(true)),
            (
                json!({"type": "array", "items": {"type": "string"}}),
                json!(["…"]),
            ),
            (json!({"type": "object"}), json!({})),
            (json!(true), json!("…")),
        ] {
            assert_eq!(value(&schema), expected, "{schema}");
        }
    }
}
