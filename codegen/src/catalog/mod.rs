//! The tools that a document lists, one to one with the input.

mod embedded_schema;
mod functions;
mod mcp;
mod raw;
mod recognize;
#[cfg(test)]
pub(crate) mod tests;
mod tool;
mod truto;
mod wrapped;

pub(crate) use embedded_schema::{PARTS, Part, is_bare, wrap};
pub(crate) use raw::{Loaded, RawTool};
pub use recognize::recognize;
#[cfg(test)]
pub(crate) use tool::ToolOverlay;
pub(crate) use tool::{Catalog, Effect, Placement, Renaming, RenamingTarget, Repetition, Tool};
pub(crate) use wrapped::{FoundSchema, input_schema, output_schema};

use crate::diag::Diagnostics;
use crate::options::Kind;
use crate::source::Json;

/// Finds the tools.
pub(crate) fn load_tools<'json>(kind: Kind, file: &str, json: &'json Json) -> Loaded<'json> {
    match kind {
        Kind::Truto => truto::load_truto_tools(file, json),
        Kind::Mcp | Kind::Functions => functions::load_functions(kind, file, json),
    }
}

/// Reads one tool.
///
/// # Errors
///
/// Everything that makes it impossible to call.
pub(crate) fn parse_tool(kind: Kind, file: &str, raw: &RawTool<'_>) -> Result<Tool, Diagnostics> {
    match kind {
        Kind::Truto => truto::parse_truto_tool(file, raw),
        Kind::Mcp | Kind::Functions => functions::parse_function(file, raw),
    }
}
