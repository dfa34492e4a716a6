//! Catalogs: the tools that a document lists, one to one with the input.

mod embedded_schema;
mod functions;
mod mcp;
mod provider;
mod raw;
mod recognize;
mod removed;
mod schema_place;
#[cfg(test)]
pub(crate) mod tests;
mod tool;
mod tool_hash;
mod truto;
mod wrapped;

pub(crate) use embedded_schema::{EmbeddedSchema, SCHEMA_KEYS, is_property_map, wrap_properties};
pub(crate) use mcp::header_arguments;
pub(crate) use raw::{LoadedTools, RawTool, UnusableEntry, describe_unreadable};
pub use recognize::recognize;
pub(crate) use removed::{REMOVAL_KEY, RemovalMark, read_removal};
pub(crate) use schema_place::{SchemaPart, SchemaPlace};
#[cfg(test)]
pub(crate) use tool::ToolOverlay;
pub(crate) use tool::{Allowance, Catalog, Placement, Renaming, RenamingTarget, Sharing, Tool};
pub(crate) use tool_hash::{ToolHash, hash_tools};
pub(crate) use wrapped::{FoundSchema, canonical_pointer, input_schema, output_schema};

use crate::diag::Diagnostics;
use crate::options::CatalogKind;
use crate::source::Json;

/// The places at which documents may list their tools.
pub(crate) const LIST_PATHS: [&[&str]; 6] = [
    &[],
    &["result"],
    &["results"],
    &["tools"],
    &["functions"],
    &["result", "tools"],
];

/// Finds the tools of a document.
pub(crate) fn load_tools<'json>(
    kind: CatalogKind,
    file: &str,
    json: &'json Json,
) -> LoadedTools<'json> {
    match kind {
        CatalogKind::Truto => truto::load_truto_tools(file, json),
        CatalogKind::Mcp | CatalogKind::Functions => functions::load_functions(kind, file, json),
    }
}

/// The key of the instructions of an MCP server, next to the list of its tools.
pub(crate) const INSTRUCTIONS: &str = "instructions";

/// Returns the instructions of an MCP server for models.
pub(crate) fn instructions_of(kind: CatalogKind, json: &Json) -> Option<&str> {
    let instructions = match (kind, json) {
        (CatalogKind::Mcp, Json::Object(members)) => members.get(INSTRUCTIONS)?.as_str()?,
        _ => return None,
    };
    (!instructions.is_empty()).then_some(instructions)
}

/// Parses one tool.
///
/// # Errors
///
/// Returns every reason why the tool cannot be called.
pub(crate) fn parse_tool(
    kind: CatalogKind,
    file: &str,
    raw: &RawTool<'_>,
) -> Result<Tool, Diagnostics> {
    match kind {
        CatalogKind::Truto => truto::parse_truto_tool(file, raw),
        CatalogKind::Mcp | CatalogKind::Functions => functions::parse_function(file, raw),
    }
}
