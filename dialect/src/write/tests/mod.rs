//! Tests of lists, by tables of schemas.

mod offers;
mod sizes;
mod words;

use serde_json::{Value as Json, json};

use crate::{Definition, Dialect, ToolList};

fn list(dialect: Dialect, schema: &Json) -> ToolList {
    let tool = Definition::new("tool", "A tool.", schema.clone());
    dialect.list_of([tool]).unwrap()
}

/// Returns the written schema of the arguments.
fn written(dialect: Dialect, schema: &Json) -> Json {
    let list = list(dialect, schema);
    let entry = serde_json::to_value(&list.definitions()[0]).unwrap();
    let function = entry.get("function").unwrap_or(&entry);
    let keys = [
        "parameters",
        "input_schema",
        "parametersJsonSchema",
        "inputSchema",
    ];
    let found = keys.iter().find_map(|key| function.get(*key));
    found.cloned().unwrap_or_else(|| json!({"properties": {}}))
}

/// Returns an object with one required property, and definitions.
fn holding(schema: &Json, definitions: &Json) -> Json {
    json!({"type": "object", "properties": {"v": schema}, "required": ["v"], "$defs": definitions})
}
