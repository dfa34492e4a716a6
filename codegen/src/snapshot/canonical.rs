//! The canonical form of snapshots.

use crate::catalog::{
    FoundSchema, RawTool, SCHEMA_KEYS, input_schema, is_property_map, load_tools, output_schema,
};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::{CatalogKind, SourceText};
use crate::schema::{map_layout, ordered, schema_layout};
use crate::source::{Json, Layout, parse_json, pretty};

/// A catalog in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The text of the file.
    pub text: String,
    /// Remarks on functions that were skipped, got a name, or appear twice.
    pub remarks: Vec<Diagnostic>,
}

/// Converts a fetched catalog to canonical form: tools sorted by name, keys in a fixed order, and of
/// functions only the keys that generation uses.
///
/// # Errors
///
/// The text is not a catalog of this kind.
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

/// Returns the layout of a function: its name, texts and schemas.
fn function_layout<'json>(tool: &'json RawTool<'json>) -> Layout<'json> {
    let name = ("name", Layout::Text(&tool.name));
    let present = |key: &'static str| {
        let value = tool.members.get(key)?;
        (*value != Json::Null).then(|| (key, Layout::from(value)))
    };
    let schema = |found: FoundSchema<'json>| (found.key, part_layout(found.json));
    let optional = [
        present("title"),
        present("description"),
        present("annotations"),
        input_schema(&tool.pointer, tool.members).map(schema),
        output_schema(tool.members).map(schema),
    ];
    let members = [Some(name)].into_iter().chain(optional).flatten();
    Layout::Map(members.collect())
}

/// The keys of a tool that are written first, in their canonical order.
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

/// Returns the layout of a schema, or of a bare map of properties.
fn part_layout(json: &Json) -> Layout<'_> {
    match json {
        Json::Object(members) if is_property_map(members) => map_layout(members),
        value => schema_layout(value),
    }
}
