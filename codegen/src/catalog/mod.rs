//! What a catalog lists, one to one with the input, with the overlay applied.

mod bounds;
mod branch;
mod canonical;
mod compare;
mod functions;
mod items;
mod keyword;
mod kind;
mod overlay;
mod parse;
mod part;
mod recognize;
mod reference;
mod schema;
#[cfg(test)]
mod tests;
mod tool;
mod tools;
mod wrapped;

pub(crate) use crate::source::Json;
pub(crate) use branch::merge;
pub use canonical::{Snapshot, canonicalize};
pub use compare::{CatalogChange, compare};
pub(crate) use kind::{is_null_alone, is_null_named, type_named};
pub(crate) use parse::parse_schema;
pub use recognize::recognize;
pub(crate) use reference::find;
pub(crate) use schema::{Additional, BoundKeyword, Reference, Schema, SchemaType, UnionKeyword};
pub(crate) use tool::{
    Catalog, Effect, Part, Placement, Renaming, RenamingTarget, Repetition, Tool, ToolOverlay,
};

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::diag::Diagnostics;
use crate::options::Input;
use crate::source::parse_json;

/// Reads the snapshot and the overlay of `input`.
///
/// # Errors
///
/// Everything that is wrong with either.
pub(crate) fn parse_catalog(input: &Input) -> Result<Catalog, Diagnostics> {
    let file = &input.snapshot.file;
    let mut json = parse_json(file, &input.snapshot.text)?;
    let kind = input.transport.kind();
    let changes = match &input.overlay {
        Some(document) => overlay::parse_overlay(document),
        None => Ok(Vec::new()),
    };
    let (changes, mut found) = match changes {
        Ok(changes) => (changes, Diagnostics::default()),
        Err(found) => (Vec::new(), found),
    };
    if let Err(useless) = overlay::edit_tools(&changes, kind, file, &mut json) {
        found.extend(useless);
    }
    let tools::Loaded {
        tools: raw_tools,
        mut problems,
        ..
    } = tools::load_tools(kind, file, &json);
    let results: Vec<_> = raw_tools
        .par_iter()
        .map(|raw| tools::parse_tool(kind, file, raw))
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
    problems.extend(found);
    problems.finish()?;
    overlay::apply_overlay(&changes, &mut parsed)?;
    parsed.sort_by(|one, other| one.name.cmp(&other.name));
    let is_shown = |tool: &Tool| tool.overlay.hidden.is_none();
    let (tools, hidden) = parsed.into_iter().partition(is_shown);
    Ok(Catalog {
        file: file.clone(),
        tools,
        hidden,
        renamings: overlay::collect_renames(&changes),
    })
}

/// Frees a catalog, its tools in several threads: a large one takes long.
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

/// A value as compact JSON.
pub(crate) fn compact_json(json: &Json) -> String {
    crate::source::compact(&json.into())
}
