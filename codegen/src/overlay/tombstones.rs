//! The removed tools that stay for one release.

use std::collections::BTreeSet;

use super::change::Change;
use super::edit::edit_tools;
use crate::catalog::{Tool, load_tools, parse_tool, read_removal};
use crate::diag::Diagnostics;
use crate::options::CatalogInput;
use crate::source::parse_json;

/// Parses the tombstones of `input`, with the edits of the overlay. A tool that the catalog has again is
/// not gone.
///
/// # Errors
/// Returns every error in the file.
pub(super) fn parse_tombstones(
    input: &CatalogInput,
    changes: &[Change],
    live: &[Tool],
) -> Result<Vec<Tool>, Diagnostics> {
    let Some(document) = &input.tombstones else {
        return Ok(Vec::new());
    };
    let (kind, file) = (input.source.kind(), document.file.as_str());
    let mut json = parse_json(file, &document.text)?;
    let mut problems = Diagnostics::default();
    for (_, found) in edit_tools(changes, kind, file, &mut json) {
        problems.extend(found);
    }
    let live: BTreeSet<&str> = live.iter().map(|tool| tool.name.as_str()).collect();
    let mut removed = Vec::new();
    let loaded = load_tools(kind, file, &json);
    problems.extend(loaded.all_problems());
    for raw in loaded.tools {
        if live.contains(&*raw.name) {
            continue;
        }
        let tool = parse_tool(kind, file, &raw).and_then(|tool| {
            let removal = read_removal(file, &raw)?;
            Ok(Tool {
                removed_since: Some(removal.since.to_owned()),
                ..tool
            })
        });
        match tool {
            Ok(tool) => removed.push(tool),
            Err(found) => problems.extend(found),
        }
    }
    problems.finish()?;
    Ok(removed)
}
