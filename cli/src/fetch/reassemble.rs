//! Conversion of the tools of an account's MCP server to the form in which the platform lists them.
//!
//! An MCP tool has one schema for all arguments, and neither a resource nor a method. Both come from the
//! tool of the snapshot, or from the capabilities of the account; so generated code stays the same.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::arguments::Arguments;
use super::capabilities::{Capabilities, Method};
use super::problem::{self, Problem};
use super::snapshot_tools::{KnownTool, KnownTools};
use super::tool_text::{Entries, ToolText};
use crate::config::Filter;

/// The tools, and notes about them.
pub(super) struct Reassembled {
    /// The tools.
    pub(super) tools: Vec<ToolText>,
    /// Notes.
    pub(super) notes: Vec<String>,
}

/// The result of `tools/list`.
#[derive(Deserialize)]
struct Listed {
    tools: Vec<Entries>,
}

/// Converts the tools in `listed`, the result of `tools/list`.
pub(super) fn reassemble(
    listed: &str,
    known: &KnownTools,
    capabilities: Option<&Capabilities>,
    filter: &Filter,
) -> Result<Reassembled, Problem> {
    let listed: Listed = serde_json::from_str(listed).map_err(|_| problem::no_list())?;
    let names: BTreeSet<String> = listed.tools.iter().map(name_of).collect();
    let slugs = slugs(known, capabilities);
    let mut tools = Vec::new();
    let mut used = BTreeSet::new();
    let mut unplaced = Vec::new();
    let mut guessed = Vec::new();
    for tool in &listed.tools {
        let name = name_of(tool);
        let place = || find_place(&name, capabilities?, &slugs);
        if let Some(found) = known.get(&name) {
            tools.push(merge(tool, found));
            used.insert(name);
        } else if let Some(place) = place() {
            let former = known.name_of(&place.resource, &place.name);
            if let Some(former) = former.filter(|former| !names.contains(*former)) {
                // It has another name here. The name in the snapshot is the one that code has.
                tools.extend(known.get(former).map(|found| merge(tool, found)));
                used.insert(former.to_owned());
            } else {
                let created = create(tool, &name, place);
                if is_guess(tool, &place.name) {
                    guessed.push(created.name.clone());
                }
                tools.push(created);
            }
        } else {
            unplaced.push(name);
        }
    }
    if !unplaced.is_empty() {
        return Err(problem::unplaced(&unplaced));
    }
    let missing = known.iter().filter(|(name, _)| !used.contains(*name));
    let kept: Vec<(&str, &KnownTool)> = missing
        .filter(|(_, tool)| still_exists(tool, capabilities, filter))
        .collect();
    tools.extend(kept.iter().map(|(_, tool)| ToolText::of(&tool.members)));
    let kept: Vec<&str> = kept.iter().map(|(name, _)| *name).collect();
    let guessed: Vec<&str> = guessed.iter().map(String::as_str).collect();
    let notes = [
        note(
            &kept,
            "the MCP server does not list",
            "which the platform has; kept as in the snapshot",
        ),
        note(
            &guessed,
            "the MCP server does not say which arguments go in the query; the body is assumed for",
            "so check these tools",
        ),
    ];
    Ok(Reassembled {
        tools,
        notes: notes.into_iter().flatten().collect(),
    })
}

fn name_of(tool: &Entries) -> String {
    tool.string("name").unwrap_or_default()
}

/// Returns a note on tools: their first names between two parts of a sentence.
fn note(names: &[&str], before: &str, after: &str) -> Option<String> {
    const MAX_NAMES: usize = 3;
    let shown: Vec<&str> = names.iter().take(MAX_NAMES).copied().collect();
    let others = match names.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        number => format!(" and {number} more"),
    };
    let shown = shown.join(", ");
    (!names.is_empty()).then(|| format!("{before} {shown}{others}, {after}"))
}

/// Returns `true` if the place of an argument of a new tool is a guess: the platform's rules decide it
/// for every method but `create` and custom ones.
fn is_guess(tool: &Entries, method: &str) -> bool {
    let is_ruled = ["list", "get", "update", "delete"].contains(&method);
    let input = tool.object("inputSchema").unwrap_or_default();
    let properties = input.object("properties").unwrap_or_default();
    !is_ruled && !properties.0.is_empty()
}

/// Returns `true` if a tool that the MCP server does not list still exists. Such a server leaves out
/// tools without a description.
fn still_exists(tool: &KnownTool, capabilities: Option<&Capabilities>, filter: &Filter) -> bool {
    let is_described = tool
        .members
        .string("description")
        .is_some_and(|text| !text.is_empty());
    let is_listed = capabilities.map(|found| found.find(&tool.resource, &tool.method).is_some());
    let exists = match is_listed {
        Some(is_listed) => is_listed || !is_described,
        None => !is_described,
    };
    exists && matches_filter(tool, is_described, filter)
}

fn matches_filter(tool: &KnownTool, is_described: bool, filter: &Filter) -> bool {
    let reads = ["list", "get"].contains(&tool.method.as_str());
    let writes = ["create", "update", "delete"].contains(&tool.method.as_str());
    let of_method = |wanted: &String| match wanted.as_str() {
        "read" => reads,
        "write" => writes,
        "custom" => !reads && !writes,
        name => name == tool.method,
    };
    let tags = tool.members.strings("tags");
    (filter.methods.is_empty() || filter.methods.iter().any(of_method))
        && (filter.tags.is_empty() || filter.tags.iter().any(|tag| tags.contains(tag)))
        && (is_described || !filter.has_description)
}

/// Returns the names of the integration that may occur in names of tools.
fn slugs(known: &KnownTools, capabilities: Option<&Capabilities>) -> BTreeSet<String> {
    let of_capabilities = capabilities
        .into_iter()
        .flat_map(|found| found.slugs.clone());
    let of_names = known.iter().filter_map(|(name, tool)| {
        let rest = name.strip_prefix("list_all_")?;
        let slug = rest.strip_suffix(tool.resource.as_str())?;
        slug.strip_suffix('_').map(str::to_owned)
    });
    of_capabilities.chain(of_names).collect()
}

/// Returns the method that a tool calls, if exactly one has this name.
fn find_place<'a>(
    name: &str,
    capabilities: &'a Capabilities,
    slugs: &BTreeSet<String>,
) -> Option<&'a Method> {
    let mut found = capabilities.methods.iter().filter(|method| {
        method.label.as_deref() == Some(name)
            || slugs.iter().any(|slug| has_name(method, slug, name))
    });
    let first = found.next()?;
    let is_unique = found.all(|other| other.resource == first.resource && other.name == first.name);
    is_unique.then_some(first)
}

/// Returns `true` if the platform gives the tool of a method this name.
fn has_name(method: &Method, slug: &str, name: &str) -> bool {
    let resource = &method.resource;
    let of_one = |before: &str, after: &str| {
        let mut forms = singulars(resource).into_iter();
        forms.any(|one| format!("{before}_{slug}_{one}{after}") == name)
    };
    match method.name.as_str() {
        "list" => format!("list_all_{slug}_{resource}") == name,
        "get" => of_one("get_single", "_by_id"),
        "create" => of_one("create_a", ""),
        "update" => of_one("update_a", "_by_id"),
        "delete" => of_one("delete_a", "_by_id"),
        custom => format!("{slug}_{resource}_{custom}") == name,
    }
}

/// Returns the forms that the singular of a resource may have.
fn singulars(resource: &str) -> Vec<String> {
    let without = |end: &str, instead: &str| {
        let stem = resource.strip_suffix(end);
        stem.map(|stem| format!("{stem}{instead}"))
    };
    let forms = [without("ies", "y"), without("es", ""), without("s", "")];
    let forms = forms.into_iter().flatten();
    [resource.to_owned()].into_iter().chain(forms).collect()
}

/// Updates a tool of the snapshot by that of the server.
fn merge(tool: &Entries, known: &KnownTool) -> ToolText {
    let mut members = known.members.clone();
    if let Some(description) = tool.get("description") {
        members.set("description", description.to_owned());
    }
    if let Some(input) = tool.object("inputSchema") {
        let before = Arguments::of(&members);
        if let (Some(before), Some(properties)) = (before, input.object("properties")) {
            let after = before.update(&input, &properties, &known.method);
            after.write(&mut members, &input);
        }
    }
    ToolText::of(&members)
}

/// Creates a tool that the snapshot does not have.
fn create(tool: &Entries, name: &str, place: &Method) -> ToolText {
    let mut members = Entries::default();
    for (key, text) in [
        ("resource", &place.resource),
        ("method", &place.name),
        ("name", &name.to_owned()),
    ] {
        members.set(key, Value::from(text.as_str()).to_string());
    }
    if let Some(description) = tool.get("description") {
        members.set("description", description.to_owned());
    }
    let input = tool.object("inputSchema").unwrap_or_default();
    let properties = input.object("properties").unwrap_or_default();
    let after = Arguments::default().update(&input, &properties, &place.name);
    after.write(&mut members, &input);
    if let Some(output) = tool.object("outputSchema") {
        members.set("response_schema", record_schema(&output));
    }
    ToolText::of(&members)
}

/// Returns the schema of one record of a result, which may be a page of records.
fn record_schema(output: &Entries) -> String {
    let properties = output.object("properties").unwrap_or_default();
    let lists = ["result", "results"].into_iter();
    let mut items = lists.filter_map(|key| properties.object(key)?.object("items"));
    items.next().as_ref().unwrap_or(output).to_text()
}
