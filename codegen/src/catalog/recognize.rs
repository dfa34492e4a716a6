//! Recognition of the kind of a catalog by its shape.

use super::provider::is_entry;
use super::wrapped::is_definition;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::{CatalogKind, SourceText};
use crate::source::{Json, Members, parse_json};

/// Keys of a tool that only MCP servers write.
const MCP_KEYS: [&str; 3] = ["_meta", "annotations", "execution"];

/// Recognizes the kind of a catalog.
///
/// A list of tools with an `inputSchema` may come from an MCP server or contain function
/// definitions. It counts as the former if a tool has a key such as `annotations`.
///
/// # Errors
/// Returns an error if the text is not JSON, or not a catalog of a known kind.
pub fn recognize(document: &SourceText) -> Result<CatalogKind, Diagnostics> {
    let json = parse_json(&document.file, &document.text)?;
    recognize_json(&json).ok_or_else(|| {
        let location = SourceLocation {
            file: document.file.clone(),
            ..SourceLocation::default()
        };
        let problem = Diagnostic::new(location, "this is not a catalog of a known kind");
        let kinds = CatalogKind::ALL.map(|kind| format!("`{}`", kind.as_str()));
        let help = format!("if it is a catalog, specify its kind: {}", kinds.join(", "));
        problem.help(help).into()
    })
}

fn recognize_json(json: &Json) -> Option<CatalogKind> {
    let members = match json {
        Json::Array(list) => return recognize_list(list),
        json => json.as_object()?,
    };
    match members.get("result") {
        Some(Json::Array(list)) => return recognize_list(list).or(Some(CatalogKind::Truto)),
        Some(Json::Object(result)) if result.contains_key("tools") => {
            return Some(CatalogKind::Mcp);
        }
        _ => {}
    }
    if let Some(list) = members.get("results").and_then(Json::as_array) {
        return recognize_list(list).or(Some(CatalogKind::Truto));
    }
    if let Some(list) = members.get("tools").and_then(Json::as_array) {
        let is_page = members.contains_key("nextCursor");
        let kind = recognize_list(list).or(Some(CatalogKind::Functions));
        return if is_page {
            Some(CatalogKind::Mcp)
        } else {
            kind
        };
    }
    let is_functions = members.get("functions").and_then(Json::as_array).is_some();
    (is_functions || is_definition(members)).then_some(CatalogKind::Functions)
}

/// Returns the kind of a list of tools, if a tool in it decides it.
fn recognize_list(list: &[Json]) -> Option<CatalogKind> {
    let tools = || list.iter().filter_map(Json::as_object);
    let has = |tool: &Members, keys: &[&str]| keys.iter().any(|key| tool.contains_key(key));
    if tools().any(|tool| has(tool, &["resource"]) && has(tool, &["method"])) {
        return Some(CatalogKind::Truto);
    }
    // Tools of an MCP server always have a name and an `inputSchema`.
    let may_be_of_server = |tool: &Members| has(tool, &["name"]) && has(tool, &["inputSchema"]);
    if tools().all(may_be_of_server) && tools().any(|tool| has(tool, &MCP_KEYS)) {
        return Some(CatalogKind::Mcp);
    }
    tools().any(is_entry).then_some(CatalogKind::Functions)
}
