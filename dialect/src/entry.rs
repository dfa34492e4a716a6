//! The entry of a tool in the request of a provider.

use super::definition::Definition;
use super::note::{Note, NoteKind};
use super::provider::Dialect;
use super::request_limits::RequestLimits;
use super::tree::{Members, Tree, members, put};
use super::write::{has_arguments, write};
use crate::effect::Effect;

/// Writes the entry of a tool whose arguments have this schema.
pub(super) fn write_entry(
    dialect: Dialect,
    tool: &Definition<'_>,
    name: &str,
    mut schema: Tree,
    max_description: usize,
    notes: &mut Vec<Note>,
) -> Tree {
    let description = write_description(max_description, tool, &mut schema, notes);
    let is_strict = dialect.looser().is_some();
    let mut entry = Members::new();
    match dialect {
        Dialect::OpenAiChat | Dialect::OpenAiChatStrict => {
            let mut function = members! {"name": name, "description": description};
            put(&mut function, "parameters", schema);
            if is_strict {
                put(&mut function, "strict", true);
            }
            put(&mut entry, "type", "function");
            put(&mut entry, "function", function);
        }
        Dialect::OpenAiResponses | Dialect::OpenAiResponsesStrict => {
            put(&mut entry, "type", "function");
            put(&mut entry, "name", name);
            put(&mut entry, "description", description);
            put(&mut entry, "parameters", schema);
            // In responses, strict is the default.
            put(&mut entry, "strict", is_strict);
        }
        Dialect::Anthropic | Dialect::AnthropicStrict => {
            put(&mut entry, "name", name);
            put(&mut entry, "description", description);
            put(&mut entry, "input_schema", schema);
            if is_strict {
                put(&mut entry, "strict", true);
            }
        }
        Dialect::Gemini => {
            entry = write_declaration(name, description, "parameters", schema);
        }
        Dialect::GeminiJsonSchema => {
            entry = write_declaration(name, description, "parametersJsonSchema", schema);
        }
        Dialect::Mcp => entry = write_mcp_tool(tool, name, description, schema, notes),
    }
    Tree::Object(entry)
}

/// Gemini refuses an object without properties, so a function without arguments has no schema.
fn write_declaration(name: &str, description: String, schema_key: &str, schema: Tree) -> Members {
    let mut declaration = members! {"name": name, "description": description};
    if has_arguments(&schema) {
        put(&mut declaration, schema_key, schema);
    }
    declaration
}

fn write_mcp_tool(
    tool: &Definition<'_>,
    name: &str,
    description: String,
    schema: Tree,
    notes: &mut Vec<Note>,
) -> Members {
    let mut entry = members! {"name": name};
    if let Some(title) = tool.title {
        put(&mut entry, "title", title);
    }
    put(&mut entry, "description", description);
    put(&mut entry, "inputSchema", schema);
    if let Some(response_schema) = &tool.response_schema {
        // MCP requires that a structured result is an object.
        if response_schema
            .get("type")
            .is_some_and(|name| name == "object")
        {
            let (rules, limits) = (Dialect::Mcp.rules(), RequestLimits::UNLIMITED);
            let written = write(tool.name, response_schema.tree(), rules, limits);
            put(&mut entry, "outputSchema", written.schema);
        } else {
            notes.push(Note::of_tool(tool.name, "outputSchema", NoteKind::Dropped));
        }
    }
    if let Some(effect) = tool.effect {
        let annotations = members! {
            "readOnlyHint": effect == Effect::Reads,
            "destructiveHint": effect == Effect::Destroys,
            "idempotentHint": tool.is_idempotent,
            "openWorldHint": true,
        };
        put(&mut entry, "annotations", annotations);
    }
    entry
}

/// Returns the description, and moves the part beyond the provider's limit into the description of
/// the arguments. It is split after a sentence, a line or a word if one ends in the second half.
fn write_description(
    max_length: usize,
    tool: &Definition<'_>,
    schema: &mut Tree,
    notes: &mut Vec<Note>,
) -> String {
    const SPLIT_AFTER: [&str; 4] = [". ", ".\n", "\n", " "];
    let text = tool.description;
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
        let whole = match members.get("description").and_then(Tree::as_str) {
            Some(own) => format!("{}\n{own}", tail.trim()),
            None => tail.trim().to_owned(),
        };
        put(members, "description", whole);
    }
    head.trim_end().to_owned()
}
