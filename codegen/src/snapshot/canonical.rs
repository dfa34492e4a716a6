//! The one form in which snapshots are kept.

use crate::catalog::{
    FoundSchema, RawTool, SCHEMA_KEYS, input_schema, is_property_map, load_tools, output_schema,
};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::{CatalogKind, SourceText};
use crate::schema::{map_layout, ordered, schema_layout};
use crate::source::{Json, Layout, parse_json, pretty};

/// A catalog in the one form in which snapshots are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The text of the file.
    pub text: String,
    /// What was read otherwise than it stands in the document: a function without a name, one
    /// that is there twice.
    pub remarks: Vec<Diagnostic>,
}

/// Brings a catalog as it was fetched into the one form in which snapshots are kept: tools by
/// name, keys in a fixed order, and of a function only what a type or a call is made of.
///
/// # Errors
///
/// What makes the text no catalog.
pub fn canonicalize(kind: CatalogKind, document: &SourceText) -> Result<Snapshot, Diagnostics> {
    let json = parse_json(&document.file, &document.text)?;
    let loaded = load_tools(kind, &document.file, &json);
    loaded.problems.finish()?;
    let mut tools = loaded.tools;
    tools.sort_by(|one, other| one.name.cmp(&other.name));
    let (key, layout): (_, for<'json> fn(&'json RawTool<'json>) -> Layout<'json>) = match kind {
        CatalogKind::Truto => ("result", tool_layout),
        CatalogKind::Mcp | CatalogKind::Functions => ("tools", function_layout),
    };
    let tools = tools.iter().map(layout).collect();
    Ok(Snapshot {
        text: pretty(&Layout::Map(vec![(key, Layout::List(tools))])),
        remarks: loaded.remarks,
    })
}

/// A function: what it is called by, what it says, its schemas.
fn function_layout<'json>(tool: &'json RawTool<'json>) -> Layout<'json> {
    let name = ("name", Layout::Text(&tool.name));
    let texts = ["title", "description"];
    let said = |key: &'static str| {
        let value = tool.members.get(key)?;
        (*value != Json::Null).then(|| (key, Layout::from(value)))
    };
    let schema = |found: FoundSchema<'json>| (found.key, part_layout(found.json));
    let texts = texts.map(said);
    let rest = [
        said("annotations"),
        input_schema(&tool.pointer, tool.members).map(schema),
        output_schema(tool.members).map(schema),
    ];
    let members = texts.into_iter().chain(rest).flatten();
    Layout::Map([name].into_iter().chain(members).collect())
}

/// The keys of a tool in the order in which they are written, before all others.
const TOOL_KEYS: [&str; 6] = [
    "resource",
    "method",
    "name",
    "description",
    "tags",
    "required",
];

fn tool_layout<'json>(tool: &'json RawTool<'json>) -> Layout<'json> {
    let rank = |key: &str| {
        let mut known = TOOL_KEYS.iter().chain(&SCHEMA_KEYS);
        known.position(|known| *known == key).unwrap_or(usize::MAX)
    };
    let layout = |key: &str, value: &'json Json| match value {
        value if SCHEMA_KEYS.contains(&key) => part_layout(value),
        value => Layout::from(value),
    };
    Layout::Map(ordered(tool.members, rank, layout))
}

/// The schema of a tool, or a map of properties where one belongs.
fn part_layout(json: &Json) -> Layout<'_> {
    match json {
        Json::Object(members) if is_property_map(members) => map_layout(members),
        value => schema_layout(value),
    }
}
