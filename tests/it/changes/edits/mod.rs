//! Random edits of catalogs: of schemas, at any place, and of tools.

mod list;
mod object;
mod value;

use serde_json::{Value as Json, json};
use toolsmith_tests::corpus::Dice;

use list::edit_list;
use object::edit_object;
use value::edit_value;

const WORDS: [&str; 14] = [
    "status",
    "type",
    "user_id",
    "userId",
    "project_id",
    "note",
    "limit",
    "tags",
    "extra",
    "filter",
    "kind",
    "created_at",
    "max-size",
    "id",
];

/// Edits a tool or the list at a random place. Returns what was done, or `None` if the edit does not fit.
pub(crate) fn edit(tools: &mut Vec<Json>, dice: &mut Dice) -> Option<String> {
    let index = dice.roll(tools.len());
    if dice.percent(20) {
        return edit_list(tools, index, dice);
    }
    let tool = &mut tools[index];
    let pointers = schema_pointers(tool);
    let pointer = dice.pick(&pointers)?.clone();
    let is_root = pointer.matches('/').count() == 1;
    let schema = tool.pointer_mut(&pointer)?;
    let what = edit_schema(schema, is_root, dice)?;
    Some(format!("{what} at {pointer} of {}", tool["name"]))
}

fn edit_schema(schema: &mut Json, is_root: bool, dice: &mut Dice) -> Option<String> {
    let members = schema.as_object_mut()?;
    if members.get("properties").is_some_and(Json::is_object) && (is_root || dice.percent(60)) {
        return edit_object(schema, dice);
    }
    if is_root {
        return None;
    }
    edit_value(schema, dice)
}

/// Returns the pointers of all schemas of a tool.
fn schema_pointers(tool: &Json) -> Vec<String> {
    let mut pointers = Vec::new();
    for key in [
        "inputSchema",
        "outputSchema",
        "query_schema",
        "body_schema",
        "response_schema",
    ] {
        if tool[key].get("properties").is_some() {
            walk(&tool[key], &format!("/{key}"), &mut pointers);
        }
    }
    pointers
}

fn walk(schema: &Json, pointer: &str, pointers: &mut Vec<String>) {
    let Some(members) = schema.as_object() else {
        return;
    };
    pointers.push(pointer.to_owned());
    for (keyword, value) in members {
        match (keyword.as_str(), value) {
            ("properties" | "$defs" | "definitions", Json::Object(schemas)) => {
                for (name, inner) in schemas {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    walk(inner, &format!("{pointer}/{keyword}/{name}"), pointers);
                }
            }
            ("anyOf" | "oneOf" | "allOf", Json::Array(schemas)) => {
                for (index, inner) in schemas.iter().enumerate() {
                    walk(inner, &format!("{pointer}/{keyword}/{index}"), pointers);
                }
            }
            ("items" | "additionalProperties", inner) => {
                walk(inner, &format!("{pointer}/{keyword}"), pointers);
            }
            _ => {}
        }
    }
}

/// Returns a random schema.
fn random_schema(dice: &mut Dice) -> Json {
    match dice.roll(13) {
        0 | 1 => json!({"type": "string"}),
        2 => json!({"type": "integer"}),
        3 => json!({"type": "integer", "minimum": 0}),
        4 => json!({"type": "number"}),
        5 => json!({"type": "boolean"}),
        6 => json!({"type": "string", "format": "date-time"}),
        7 => json!({"enum": ["one", "two", "three"]}),
        8 => json!({"type": "array", "items": {"type": "string"}}),
        9 => json!({"type": ["string", "null"]}),
        10 => json!({}),
        11 => json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        _ => random_object(dice),
    }
}

/// Returns the schema of an object with two properties.
fn random_object(dice: &mut Dice) -> Json {
    let (one, other) = (WORDS[dice.roll(WORDS.len())], WORDS[dice.roll(WORDS.len())]);
    json!({"type": "object", "properties": {one: {"type": "string"}, other: {"type": "integer"}}, "required": [one]})
}
