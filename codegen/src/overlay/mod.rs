//! Overlays: hand-written corrections of a snapshot, each with a reason.
//!
//! A correction that no longer applies is an error.

mod action;
mod apply;
mod change;
mod edit;
mod find;
mod parse;
#[cfg(test)]
mod tests;

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::catalog::{Catalog, LoadedTools, Tool, load_tools, parse_tool};
use crate::diag::Diagnostics;
use crate::options::CatalogInput;
use crate::source::{Json, parse_json};

/// Parses the snapshot of `input` and applies the overlay.
///
/// # Errors
///
/// Every error in either file.
pub(crate) fn parse_catalog(input: &CatalogInput) -> Result<Catalog, Diagnostics> {
    let file = &input.snapshot.file;
    let mut json = parse_json(file, &input.snapshot.text)?;
    let kind = input.source.kind();
    let parsed_overlay = input.overlay.as_ref().map(parse::parse_overlay);
    let (changes, mut overlay_problems) = match parsed_overlay {
        None => (Vec::new(), Diagnostics::default()),
        Some(Ok(changes)) => (changes, Diagnostics::default()),
        Some(Err(found)) => (Vec::new(), found),
    };
    if let Err(found) = edit::edit_tools(&changes, kind, file, &mut json) {
        overlay_problems.extend(found);
    }
    let LoadedTools {
        tools: raw_tools,
        mut problems,
        ..
    } = load_tools(kind, file, &json);
    let results: Vec<_> = raw_tools
        .par_iter()
        .map(|raw| parse_tool(kind, file, raw))
        .collect();
    drop(raw_tools);
    free(json);
    let mut parsed = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(tool) => parsed.push(tool),
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(overlay_problems);
    problems.finish()?;
    apply::apply_overlay(&changes, &mut parsed)?;
    parsed.sort_by(|one, other| one.name.cmp(&other.name));
    let is_shown = |tool: &Tool| tool.overlay.hidden.is_none();
    let (tools, hidden) = parsed.into_iter().partition(is_shown);
    Ok(Catalog {
        file: file.clone(),
        tools,
        hidden,
        renamings: apply::collect_renames(&changes),
        sharings: apply::collect_sharings(&changes),
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
