//! The entry of a tool in the request of a provider.

use serde_json::{Map, json};

use super::definition::Definition;
use super::note::{Note, NoteKind};
use super::provider::Dialect;
use super::write::{has_arguments, write};
use crate::codec::Json;
use crate::tools::Effect;

/// Writes the entry of a tool whose arguments have this schema.
pub(super) fn write_entry(
    dialect: Dialect,
    tool: &Definition<'_>,
    name: &str,
    mut schema: Json,
    notes: &mut Vec<Note>,
) -> Json {
    let description = write_description(dialect, tool, &mut schema, notes);
    let is_strict = dialect.looser().is_some();
    match dialect {
        Dialect::OpenAiChat | Dialect::OpenAiChatStrict => {
            let mut function = json!({
                "name": name, "description": description, "parameters": schema,
            });
            if let (true, Some(function)) = (is_strict, function.as_object_mut()) {
                function.insert("strict".to_owned(), json!(true));
            }
            json!({"type": "function", "function": function})
        }
        // In responses, strict is the default.
        Dialect::OpenAiResponses | Dialect::OpenAiResponsesStrict => json!({
            "type": "function", "name": name, "description": description,
            "parameters": schema, "strict": is_strict,
        }),
        Dialect::Anthropic => json!({
            "name": name, "description": description, "input_schema": schema,
        }),
        Dialect::AnthropicStrict => json!({
            "name": name, "description": description, "input_schema": schema, "strict": true,
        }),
        Dialect::Gemini => write_declaration(name, &description, "parameters", schema),
        Dialect::GeminiJsonSchema => {
            write_declaration(name, &description, "parametersJsonSchema", schema)
        }
        Dialect::Mcp => write_mcp_tool(tool, name, &description, schema, notes),
    }
}

/// Gemini refuses an object without properties, so a function without arguments has no schema.
fn write_declaration(name: &str, description: &str, schema_key: &str, schema: Json) -> Json {
    let mut declaration = json!({"name": name, "description": description});
    if let (true, Some(members)) = (has_arguments(&schema), declaration.as_object_mut()) {
        members.insert(schema_key.to_owned(), schema);
    }
    declaration
}

fn write_mcp_tool(
    tool: &Definition<'_>,
    name: &str,
    description: &str,
    schema: Json,
    notes: &mut Vec<Note>,
) -> Json {
    let mut members = Map::new();
    members.insert("name".to_owned(), json!(name));
    if let Some(title) = tool.title {
        members.insert("title".to_owned(), json!(title));
    }
    members.insert("description".to_owned(), json!(description));
    members.insert("inputSchema".to_owned(), schema);
    if let Some(response_schema) = &tool.response_schema {
        // MCP requires that a structured result is an object.
        if response_schema
            .get("type")
            .is_some_and(|name| name == "object")
        {
            let written = write(tool.name, response_schema, Dialect::Mcp.rules()).schema;
            members.insert("outputSchema".to_owned(), written);
        } else {
            notes.push(Note::of_tool(tool.name, "outputSchema", NoteKind::Dropped));
        }
    }
    if let Some(effect) = tool.effect {
        let annotations = json!({
            "readOnlyHint": effect == Effect::Reads,
            "destructiveHint": effect == Effect::Destroys,
            "idempotentHint": tool.is_idempotent,
            "openWorldHint": true,
        });
        members.insert("annotations".to_owned(), annotations);
    }
    Json::Object(members)
}

/// Returns the description, and moves the part beyond the provider's limit into the description of
/// the arguments. It is split after a sentence, a line or a word if one ends in the second half.
fn write_description(
    dialect: Dialect,
    tool: &Definition<'_>,
    schema: &mut Json,
    notes: &mut Vec<Note>,
) -> String {
    const SPLIT_AFTER: [&str; 4] = [". ", ".\n", "\n", " "];
    let text = tool.description;
    let max_length = dialect.rules().max_description.unwrap_or(usize::MAX);
    if text.chars().count() <= max_length {
        return text.to_owned();
    }
    let end = text
        .char_indices()
        .nth(max_length.saturating_sub(1))
        .map_or(text.len(), |(end, _)| end);
    let beginning = text.get(..end).unwrap_or_default();
    let split = SPLIT_AFTER
        .iter()
        .find_map(|mark| beginning.rfind(mark).filter(|at| at * 2 > end))
        .map_or(end, |at| at + 1);
    let (head, tail) = text.split_at(split);
    notes.push(Note::of_tool(tool.name, "description", NoteKind::Described));
    if let Some(members) = schema.as_object_mut() {
        let whole = match members.get("description").and_then(Json::as_str) {
            Some(own) => format!("{}\n{own}", tail.trim()),
            None => tail.trim().to_owned(),
        };
        members.insert("description".to_owned(), json!(whole));
    }
    head.trim_end().to_owned()
}
