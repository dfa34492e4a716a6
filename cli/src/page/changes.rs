//! The changes of a catalog since a revision. Nothing grades them yet: [`Change::grade`] has room for
//! that.

use anyhow::Result;
use toolsmith_codegen::snapshot::compare;
use toolsmith_codegen::{CatalogInput, SourceText};

use super::corrections;
use super::data::{Change, Changes, Correction};
use super::git::Revision;
use crate::config::CatalogConfig;

/// Compares the snapshot and the overlay of a catalog with those at a revision.
///
/// # Errors
///
/// Returns an error if git fails, or if a file at the revision cannot be read.
pub(super) fn since(
    revision: &Revision,
    catalog: &CatalogConfig,
    input: &CatalogInput,
) -> Result<Changes> {
    let mut entries = Vec::new();
    match revision.read(&catalog.snapshot)? {
        Some(text) => {
            let before = SourceText {
                file: format!("{} at {}", catalog.snapshot, revision.given),
                text,
            };
            let found = compare(catalog.source.kind(), &before, &input.snapshot)?;
            entries.extend(found.into_iter().map(|change| Change {
                tool: change.tool,
                pointer: change.pointer,
                what: change.what,
                file: "snapshot",
                grade: None,
            }));
        }
        None => entries.push(Change {
            tool: String::new(),
            pointer: String::new(),
            what: format!("{} did not exist", catalog.snapshot),
            file: "snapshot",
            grade: None,
        }),
    }
    let before = revision.read(&catalog.overlay)?;
    let before = corrections::read(&catalog.overlay, before.as_deref().unwrap_or_default())?;
    let after = input.overlay.as_ref();
    let after = after.map_or("", |overlay| overlay.text.as_str());
    let after = corrections::read(&catalog.overlay, after)?;
    entries.extend(compare_overlays(&before, &after));
    Ok(Changes {
        since: revision.given.clone(),
        commit: revision.short.clone(),
        date: revision.date.clone(),
        entries,
    })
}

/// Returns the corrections that only one of two overlays has.
fn compare_overlays(before: &[Correction], after: &[Correction]) -> Vec<Change> {
    let only_in = |one: &[Correction], other: &[Correction], verb: &str| -> Vec<Change> {
        let only = one.iter().filter(|correction| !other.contains(correction));
        only.map(|correction| overlay_change(correction, verb))
            .collect()
    };
    let mut changes = only_in(before, after, "removed");
    changes.extend(only_in(after, before, "added"));
    changes.sort_by(|left, right| left.tool.cmp(&right.tool));
    changes
}

fn overlay_change(correction: &Correction, verb: &str) -> Change {
    let actions = correction.actions.iter();
    let actions: Vec<String> = actions
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    let tool = match correction.resource.as_str() {
        "" => correction.tool.clone(),
        resource => format!("resource {resource}"),
    };
    Change {
        tool,
        pointer: correction.at.clone(),
        what: format!("correction {verb}: {}", actions.join(", ")),
        file: "overlay",
        grade: None,
    }
}
