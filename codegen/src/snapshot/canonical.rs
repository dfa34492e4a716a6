//! The canonical form of snapshots, and their update by a fetched catalog.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::order::keep_order;
use crate::catalog::{
    FoundSchema, INSTRUCTIONS, LIST_PATHS, RawTool, SCHEMA_KEYS, UnusableEntry,
    describe_unreadable, input_schema, instructions_of, is_property_map, load_tools, output_schema,
};
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::{CatalogKind, SourceText, UnreadableTools};
use crate::overlay::read_correction;
use crate::report::SkippedEntry;
use crate::schema::{ordered, properties_layout, schema_layout};
use crate::source::{
    BrokenEntry, Json, Layout, Members, ParsedEntries, compact, compact_json, parse_entries,
    parse_json, pretty,
};

/// A catalog in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The text of the file.
    pub text: String,
    /// The tools whose properties the fetched catalog lists in another order than the snapshot before.
    /// They keep the order of that snapshot.
    pub reordered: Vec<String>,
    /// The entries that are not valid JSON and were skipped. The snapshot does not contain them.
    pub unreadable: Vec<SkippedEntry>,
    /// The entries of a list of functions that are not functions.
    pub not_functions: Vec<SkippedEntry>,
    /// Remarks on functions that were left out, got a name, or appear twice.
    pub remarks: Vec<Diagnostic>,
}

/// Converts a catalog to canonical form: tools sorted by name, properties and required names in the
/// order of the author, all other keys in a fixed order, and of functions only the keys that generation
/// uses.
///
/// # Errors
///
/// The text is not a catalog of this kind.
pub fn canonicalize(kind: CatalogKind, document: &SourceText) -> Result<Snapshot, Diagnostics> {
    update(kind, UnreadableTools::Refused, None, document)
}

/// Converts a fetched catalog to canonical form, as [`canonicalize`] does, in the order of the
/// snapshot `before`.
///
/// Tools that differ only in the order of their properties keep the order of `before`. New properties follow the property that they follow in the fetched catalog.
///
/// A text `before` that is not a catalog of this kind has no order to keep. If unreadable tools are
/// skipped, those that are valid JSON stay in the snapshot, so that it shows what the
/// source lists and an overlay can correct them.
///
/// # Errors
///
/// The text is not a catalog of this kind.
pub fn update(
    kind: CatalogKind,
    unreadable: UnreadableTools,
    before: Option<&SourceText>,
    document: &SourceText,
) -> Result<Snapshot, Diagnostics> {
    let ParsedEntries { json, broken } = parse_document(kind, unreadable, document)?;
    let mut loaded = load_tools(kind, &document.file, &json);
    let is_broken =
        |entry: &UnusableEntry<'_>| broken.iter().any(|broken| broken.pointer == entry.pointer);
    loaded.unusable.retain(|entry| !is_broken(entry));
    let problems = match unreadable {
        UnreadableTools::Skipped if !loaded.tools.is_empty() => loaded.problems.clone(),
        UnreadableTools::Skipped | UnreadableTools::Refused => loaded.all_problems(),
    };
    problems.finish()?;
    let instructions = instructions_of(kind, &json);
    let mut snapshot = Snapshot {
        text: render(kind, instructions, loaded.tools, &loaded.unusable),
        reordered: Vec::new(),
        unreadable: broken.iter().map(describe_broken).collect(),
        not_functions: loaded.not_functions,
        remarks: loaded.remarks,
    };
    if let Some(before) = before.filter(|before| before.text != snapshot.text) {
        keep_orders(kind, before, &document.file, &mut snapshot)?;
    }
    Ok(snapshot)
}

impl Snapshot {
    /// Replaces the instructions of an MCP server with those of an overlay, or leaves them out if the overlay
    /// says so. It adds a remark if the server has none.
    ///
    /// # Errors
    ///
    /// The text of the snapshot is not JSON.
    pub fn correct_instructions(
        &mut self,
        kind: CatalogKind,
        file: &str,
        overlay: &SourceText,
    ) -> Result<(), Diagnostics> {
        let Some(correction) = read_correction(overlay).filter(|_| kind == CatalogKind::Mcp) else {
            return Ok(());
        };
        let json = parse_json(file, &self.text)?;
        if instructions_of(kind, &json).is_none() {
            let what = "the server has no instructions, and the overlay replaces them";
            let remark = Diagnostic::new(correction.location, what);
            self.remarks.push(remark.help("remove the change"));
        }
        let loaded = load_tools(kind, file, &json);
        let instructions = correction.text.as_deref();
        self.text = render(kind, instructions, loaded.tools, &loaded.unusable);
        Ok(())
    }
}

/// Parses a document. If unreadable tools are skipped, an entry that is not valid JSON costs only
/// itself.
fn parse_document(
    kind: CatalogKind,
    unreadable: UnreadableTools,
    document: &SourceText,
) -> Result<ParsedEntries, Diagnostics> {
    let SourceText { file, text } = document;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        let location = SourceLocation {
            file: file.clone(),
            ..SourceLocation::default()
        };
        let help = format!(
            "fetch the catalog, or write `{{\"{}\": []}}`",
            list_key(kind)
        );
        return Err(Diagnostic::new(location, "the file is empty")
            .help(help)
            .into());
    }
    let found = match parse_json(file, text) {
        Ok(json) => {
            let broken = Vec::new();
            return Ok(ParsedEntries { json, broken });
        }
        Err(found) => found,
    };
    match unreadable {
        UnreadableTools::Refused => Err(found),
        UnreadableTools::Skipped => parse_entries(file, text, &LIST_PATHS).ok_or(found),
    }
}

fn describe_broken(entry: &BrokenEntry) -> SkippedEntry {
    let name = entry.name.as_deref().unwrap_or_default();
    describe_unreadable(&entry.pointer, name, &entry.problems)
}

/// Gives the tools of a snapshot the order of the tools in the snapshot before.
fn keep_orders(
    kind: CatalogKind,
    before: &SourceText,
    file: &str,
    snapshot: &mut Snapshot,
) -> Result<(), Diagnostics> {
    let Ok(before_json) = parse_json(&before.file, &before.text) else {
        // It has no order to keep.
        return Ok(());
    };
    let before = load_tools(kind, &before.file, &before_json);
    let known: BTreeMap<&str, &Members> = before
        .tools
        .iter()
        .map(|tool| (&*tool.name, tool.members))
        .collect();
    let mut json = parse_json(file, &snapshot.text)?;
    for tool in tools_of(kind, &mut json) {
        let Some(name) = tool.get("name").and_then(Json::as_str).map(str::to_owned) else {
            continue;
        };
        if let Some(before) = known.get(name.as_str()) {
            let own = tool.clone();
            keep_order(tool, before);
            if render_tool(kind, &own) != render_tool(kind, tool) {
                snapshot.reordered.push(name);
            }
        }
    }
    let loaded = load_tools(kind, file, &json);
    let instructions = instructions_of(kind, &json);
    snapshot.text = render(kind, instructions, loaded.tools, &loaded.unusable);
    Ok(())
}

/// Returns the tools of a snapshot.
fn tools_of(kind: CatalogKind, json: &mut Json) -> impl Iterator<Item = &mut Members> {
    let list = match json {
        Json::Object(members) => members.get_mut(list_key(kind)),
        _ => None,
    };
    let tools = match list {
        Some(Json::Array(tools)) => tools.as_mut_slice(),
        _ => &mut [],
    };
    tools.iter_mut().filter_map(|tool| match tool {
        Json::Object(members) => Some(members),
        _ => None,
    })
}

/// Returns the key under which a snapshot lists its tools.
pub(super) fn list_key(kind: CatalogKind) -> &'static str {
    match kind {
        CatalogKind::Truto => "result",
        CatalogKind::Mcp | CatalogKind::Functions => "tools",
    }
}

/// Renders a snapshot. Entries that cannot be used come last.
fn render(
    kind: CatalogKind,
    instructions: Option<&str>,
    mut tools: Vec<RawTool<'_>>,
    unusable: &[UnusableEntry<'_>],
) -> String {
    tools.sort_by(|one, other| one.name.cmp(&other.name));
    let tools = tools.iter().map(|tool| layout(kind, tool));
    let mut unusable: Vec<&Json> = unusable.iter().map(|entry| entry.json).collect();
    unusable.sort_by_cached_key(|json| compact_json(json));
    let list = tools
        .chain(unusable.into_iter().map(Layout::from))
        .collect();
    let instructions = instructions.map(|text| (INSTRUCTIONS, Layout::Text(text)));
    let list = (list_key(kind), Layout::List(list));
    pretty(&Layout::Map(
        instructions.into_iter().chain([list]).collect(),
    ))
}

/// Renders one tool of a snapshot.
fn render_tool(kind: CatalogKind, members: &Members) -> String {
    compact(&layout(
        kind,
        &RawTool {
            pointer: String::new(),
            name: Cow::Borrowed(""),
            members,
        },
    ))
}

/// Returns the layout of a tool.
pub(super) fn layout<'json>(kind: CatalogKind, tool: &'json RawTool<'json>) -> Layout<'json> {
    match kind {
        CatalogKind::Truto => tool_layout(tool),
        CatalogKind::Mcp | CatalogKind::Functions => function_layout(tool),
    }
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
        Json::Object(members) if is_property_map(members) => properties_layout(members),
        value => schema_layout(value),
    }
}
