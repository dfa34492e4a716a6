//! Overlays: hand-written corrections of a snapshot, each with a reason.
//!
//! A correction that no longer applies is an error.

mod action;
mod apply;
mod change;
mod edit;
mod find;
mod instructions;
mod omissions;
mod parse;
mod select;
#[cfg(test)]
mod tests;
mod tombstones;
mod unreadable;

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::catalog::{
    Catalog, Tool, ToolHash, hash_tools, instructions_of, load_tools, parse_tool,
};
use crate::diag::Diagnostics;
use crate::options::{CatalogInput, UnreadableTools};
use crate::source::{Json, parse_json};
use change::Change;
pub(crate) use instructions::read_correction;
pub(crate) use omissions::Omissions;
use select::Selector;
use unreadable::Unreadable;

/// Parses the snapshot of `input` and applies the overlay. The catalog has no hashes.
///
/// # Errors
///
/// Returns every error in either file.
pub(crate) fn parse_catalog(input: &CatalogInput) -> Result<Catalog, Diagnostics> {
    parse(input, &Omissions::default(), |_| Vec::new())
}

/// Parses the snapshot of `input`, and applies the overlay and the selection without `omissions`. The catalog
/// has no hashes.
///
/// # Errors
///
/// Returns every error in either file.
pub(crate) fn parse_without(
    input: &CatalogInput,
    omissions: &Omissions,
) -> Result<Catalog, Diagnostics> {
    parse(input, omissions, |_| Vec::new())
}

/// Parses the snapshot of `input` and applies the overlay. The catalog has the hashes of its tools, which
/// only generated code needs.
///
/// # Errors
///
/// Returns every error in either file.
pub(crate) fn parse_with_hashes(input: &CatalogInput) -> Result<Catalog, Diagnostics> {
    parse(input, &Omissions::default(), |json| {
        hash_tools(input.source.kind(), &input.snapshot.file, json)
    })
}

fn parse(
    input: &CatalogInput,
    omissions: &Omissions,
    hash: impl FnOnce(&Json) -> Vec<(String, ToolHash)>,
) -> Result<Catalog, Diagnostics> {
    let file = &input.snapshot.file;
    let mut json = parse_json(file, &input.snapshot.text)?;
    let kind = input.source.kind();
    let parsed_overlay = input.overlay.as_ref().map(parse::parse_overlay);
    let (mut changes, mut overlay_problems) = match parsed_overlay {
        None => (Vec::new(), Diagnostics::default()),
        Some(Ok(changes)) => (changes, Diagnostics::default()),
        Some(Err(found)) => (Vec::new(), found),
    };
    changes.retain(|change| !omissions.leaves_out(change));
    let instructions = instructions_of(kind, &json).map(str::to_owned);
    let corrected = instructions::correct_instructions(&changes, kind, instructions);
    let document = DocumentFacts {
        instructions: corrected.unwrap_or_else(|found| {
            overlay_problems.extend(found);
            None
        }),
        hashes: hash(&json),
    };
    let edit_problems = edit::edit_tools(&changes, kind, file, &mut json);
    let mut loaded = load_tools(kind, file, &json);
    let mut problems = std::mem::take(&mut loaded.problems);
    let results: Vec<_> = loaded
        .tools
        .par_iter()
        .map(|raw| parse_tool(kind, file, raw))
        .collect();
    let mut parsed = Vec::with_capacity(results.len());
    let mut unreadable = Unreadable::of(&loaded);
    let mut selector = Selector::new(&input.selection, omissions.allows_unmatched);
    for (raw, result) in loaded.tools.iter().zip(results) {
        match result {
            Ok(tool) => parsed.push(tool),
            Err(found) if selector.selects_raw(raw) => unreadable.add(raw, found),
            Err(_) => unreadable.add_excluded(raw),
        }
    }
    drop(loaded);
    free(json);
    if input.unreadable == UnreadableTools::Refused || parsed.is_empty() {
        problems.extend(unreadable.take_problems());
    }
    for (tool, found) in edit_problems {
        if !unreadable.names.contains(&tool) {
            overlay_problems.extend(found);
        }
    }
    problems.extend(overlay_problems);
    problems.finish()?;
    changes.retain(|change| !unreadable.is_about(change, &parsed));
    // The corrections of a removed tool stay valid as long as its tombstone.
    parsed.extend(tombstones::parse_tombstones(input, &changes, &parsed)?);
    apply::apply_overlay(&changes, &mut parsed)?;
    select(input, selector, &changes, parsed, unreadable, document)
}

/// The facts of a document apart from its tools.
struct DocumentFacts {
    instructions: Option<String>,
    hashes: Vec<(String, ToolHash)>,
}

/// Drops the tools that the selection excludes, and separates those that the overlay hides.
fn select(
    input: &CatalogInput,
    mut selector: Selector<'_>,
    changes: &[Change],
    mut tools: Vec<Tool>,
    unreadable: Unreadable,
    document: DocumentFacts,
) -> Result<Catalog, Diagnostics> {
    let file = &input.snapshot.file;
    tools.retain(|tool| selector.selects_tool(tool));
    let excluded = selector.finish(file, tools.len())?;
    tools.sort_by(|one, other| one.name.cmp(&other.name));
    let is_shown = |tool: &Tool| tool.overlay.hidden.is_none();
    let (tools, hidden): (Vec<Tool>, _) = tools.into_iter().partition(is_shown);
    let is_removed = |tool: &Tool| tool.removed_since.is_some();
    let (removed, tools): (Vec<Tool>, Vec<Tool>) = tools.into_iter().partition(is_removed);
    let mut renamings = apply::collect_renames(changes, &tools);
    selector.retain_renamings(&mut renamings, &tools);
    let allowances = apply::collect_allowances(changes);
    let mut sharings = apply::collect_sharings(changes);
    selector.retain_sharings(&mut sharings);
    Ok(Catalog {
        file: file.clone(),
        tools,
        removed,
        hidden,
        excluded,
        skipped: unreadable.skipped(),
        renamings,
        sharings,
        allowances,
        instructions: document.instructions,
        hashes: document.hashes,
    })
}

/// Frees a document, with its tools on several threads, because a large one takes long.
fn free(json: Json) {
    let tools = match json {
        Json::Object(members) => members.into_iter().map(|(_, value)| value).collect(),
        Json::Array(tools) => vec![Json::Array(tools)],
        _ => Vec::new(),
    };
    for list in tools {
        if let Json::Array(tools) = list {
            tools.into_par_iter().for_each(drop);
        }
    }
}
