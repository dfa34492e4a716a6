//! The one form in which snapshots are kept.

use std::collections::BTreeMap;

use super::keyword::{Holds, holds, rank};
use super::part::{PARTS, is_bare};
use super::tools::{RawTool, load_tools};
use crate::diag::Diagnostics;
use crate::options::{Document, Kind};
use crate::source::{Json, Layout, pretty};

/// Brings a catalog as it was fetched into the one form in which snapshots are kept: tools by
/// name, keys in a fixed order.
///
/// # Errors
///
/// What makes the text no catalog.
pub fn canonicalize(kind: Kind, document: &Document) -> Result<String, Diagnostics> {
    let json = crate::source::parse_json(&document.file, &document.text)?;
    let (mut tools, problems) = load_tools(kind, &document.file, &json);
    problems.finish()?;
    tools.sort_by_key(|tool| tool.name);
    let tools = tools.iter().map(tool_layout).collect();
    Ok(pretty(&Layout::Map(vec![("result", Layout::List(tools))])))
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

fn tool_layout<'json>(tool: &RawTool<'json>) -> Layout<'json> {
    let rank = |key: &str| {
        let mut known = TOOL_KEYS.iter().chain(&PARTS);
        known.position(|known| *known == key).unwrap_or(usize::MAX)
    };
    let layout = |key: &str, value: &'json Json| match value {
        Json::Object(members) if PARTS.contains(&key) && is_bare(members) => map_layout(members),
        value if PARTS.contains(&key) => schema_layout(value),
        value => Layout::from(value),
    };
    Layout::Map(ordered(tool.members, rank, layout))
}

/// A schema, its keywords in the order in which they are written.
pub(super) fn schema_layout(json: &Json) -> Layout<'_> {
    match json {
        Json::Object(members) => Layout::Map(ordered(members, rank, keyword_layout)),
        other => Layout::from(other),
    }
}

/// Schemas by name.
fn map_layout(schemas: &BTreeMap<String, Json>) -> Layout<'_> {
    Layout::Map(ordered(schemas, |_| 0, |_, schema| schema_layout(schema)))
}

fn keyword_layout<'json>(keyword: &str, value: &'json Json) -> Layout<'json> {
    match (holds(keyword), value) {
        (Holds::SchemaMap, Json::Object(schemas)) => map_layout(schemas),
        (Holds::Schema, Json::Array(schemas)) => {
            Layout::List(schemas.iter().map(schema_layout).collect())
        }
        (Holds::Schema, schema) => schema_layout(schema),
        (_, value) => Layout::from(value),
    }
}

/// The members by rank, then by name.
fn ordered<'json>(
    members: &'json BTreeMap<String, Json>,
    rank: impl Fn(&str) -> usize,
    layout: impl Fn(&str, &'json Json) -> Layout<'json>,
) -> Vec<(&'json str, Layout<'json>)> {
    let mut members: Vec<(&str, &Json)> = members
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    // The sort is stable, and the members came by name.
    members.sort_by_cached_key(|(key, _)| rank(key));
    members
        .into_iter()
        .map(|(key, value)| (key, layout(key, value)))
        .collect()
}
