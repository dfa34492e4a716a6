//! Comparison of the tools that a server lists with those of a catalog.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use toolsmith_dialect::tool_hash::{PARTS, PartKeys, from_digits, hash_tool};

use crate::error::{ChangedTool, Error, ToolPart, ToolsChangedError};
use crate::scrubber::Scrubber;
use crate::tools::CatalogSpec;

/// Compares the tools that a server lists with those of a catalog.
///
/// A tool that the crate knows by its name only, because it is hidden, excluded or behind a disabled
/// feature, makes no difference. `keys` are those of each part of a tool in such a list. The error does not
/// contain the secrets of `scrubber`.
///
/// # Errors
///
/// Returns the differences, or an error if the catalog has no hashes.
pub(crate) fn compare_listed(
    catalog: &'static CatalogSpec,
    keys: &PartKeys,
    listed: &[Json],
    scrubber: &Scrubber,
) -> Result<(), Error> {
    if catalog.hashes.is_empty() {
        return Err(Error::config(format!(
            "the catalog `{}` has no hashes of its tools; generate the crate again",
            catalog.name
        )));
    }
    let mut listed = by_name(listed);
    let compiled = catalog.tools.iter();
    let compiled = compiled.map(|tool| (tool.name.escape_default().to_string(), tool.name));
    let compiled: BTreeMap<String, &'static str> = compiled.collect();
    let mut removed = Vec::new();
    let mut changed = Vec::new();
    for line in catalog.hashes.lines() {
        let Some((digits, escaped)) = line.split_once(' ') else {
            continue;
        };
        let tool = listed.remove(escaped);
        let (Some(hash), Some(&name)) = (from_digits(digits), compiled.get(escaped)) else {
            continue;
        };
        let Some((_, tool)) = tool else {
            removed.push(name);
            continue;
        };
        let parts = differing(hash, hash_tool(keys, |key| tool.get(key)));
        if !parts.is_empty() {
            changed.push(ChangedTool { name, parts });
        }
    }
    let mut added: Vec<String> = listed
        .into_values()
        .map(|(name, _)| scrubber.text(name).into_owned())
        .collect();
    added.sort();
    if added.is_empty() && removed.is_empty() && changed.is_empty() {
        return Ok(());
    }
    Err(Error::ToolsChanged(Box::new(ToolsChangedError {
        catalog: catalog.name,
        added,
        removed,
        changed,
    })))
}

/// A tool in a list, after its name.
type ListedTool<'l> = (&'l str, &'l serde_json::Map<String, Json>);

/// Returns the tools by their escaped names; of several with one name, the first, as the generator does.
fn by_name(listed: &[Json]) -> BTreeMap<String, ListedTool<'_>> {
    let mut tools = BTreeMap::new();
    for tool in listed.iter().filter_map(Json::as_object) {
        let name = tool.get("name").and_then(Json::as_str);
        // The generator cannot read a tool without a name.
        if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
            let escaped = name.escape_default().to_string();
            tools.entry(escaped).or_insert((name, tool));
        }
    }
    tools
}

fn differing(one: [u64; PARTS], other: [u64; PARTS]) -> Vec<ToolPart> {
    let hashes = one.into_iter().zip(other);
    let parts = ToolPart::ALL.into_iter().zip(hashes);
    parts
        .filter(|(_, (one, other))| one != other)
        .map(|(part, _)| part)
        .collect()
}
