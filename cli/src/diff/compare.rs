//! The comparison of catalogs, for every command that shows changes.

use anyhow::Result;
use toolsmith_codegen::CatalogInput;
use toolsmith_codegen::diff::{
    Change, ChangeKind, Grade, RustItem, compare_added, compare_leniently, compare_removed,
};
use toolsmith_codegen::options::Enums;

use super::describe::described;
use super::result::{CatalogDiff, ChangeResult, RustResult};
#[cfg(feature = "page")]
use super::side::find_before;
use super::side::{CatalogPair, SideCatalog};
use crate::context::Context;

/// Compares a catalog on both sides. Returns `None` if neither side has it.
///
/// # Errors
///
/// Returns an error if a side cannot be lowered.
pub(super) fn compare_pair(
    pair: &CatalogPair,
    enums: Enums,
    context: &Context,
) -> Result<Option<CatalogDiff>> {
    let (before, after) = match (&pair.before, &pair.after) {
        (Some(before), Some(after)) => (before, after),
        // Every tool of a catalog that one side does not have is removed or added.
        (Some(only), None) => {
            let changes = compare_removed(&only.input)?;
            return Ok(Some(to_diff(&only.config.name, changes)));
        }
        (None, Some(only)) => {
            let changes = compare_added(&only.input)?;
            return Ok(Some(to_diff(&only.config.name, changes)));
        }
        (None, None) => return Ok(None),
    };
    let renamed = CatalogInput {
        name: after.input.name.clone(),
        ..before.input.clone()
    };
    let mut diff = compare_catalog(&renamed, &after.input, enums, context)?;
    diff.changes.splice(..0, rename(before, after));
    Ok(Some(diff))
}

/// Compares a catalog with the one of an older side. Returns that one as well.
///
/// # Errors
///
/// Returns an error if a side cannot be lowered.
#[cfg(feature = "page")]
pub(crate) fn compare_side<'s>(
    before: &'s [SideCatalog],
    after: &SideCatalog,
    enums: Enums,
    context: &Context,
) -> Result<(Option<&'s SideCatalog>, CatalogDiff)> {
    let found = find_before(before, after);
    let pair = CatalogPair {
        before: found.cloned(),
        after: Some(after.clone()),
    };
    let diff = compare_pair(&pair, enums, context)?;
    let diff = diff.unwrap_or_else(|| CatalogDiff::new(&after.config.name, Vec::new()));
    Ok((found, diff))
}

/// Compares two versions of one catalog.
///
/// # Errors
///
/// Returns an error if a version cannot be lowered.
pub(crate) fn compare_catalog(
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
    context: &Context,
) -> Result<CatalogDiff> {
    let changes = compare_applicable(before, after, enums, context)?;
    Ok(to_diff(&after.name, changes))
}

fn to_diff(name: &str, changes: Vec<Change>) -> CatalogDiff {
    let changes = changes.into_iter().map(ChangeResult::from).map(described);
    CatalogDiff::new(name, changes.collect())
}

/// Returns the change of the module of a catalog that has another name.
fn rename(before: &SideCatalog, after: &SideCatalog) -> Option<ChangeResult> {
    let (old, new) = (&before.config.name, &after.config.name);
    let kind = ChangeKind::ToolMoved;
    let change = ChangeResult {
        grade: Grade::Compile,
        before: Some(old.clone()),
        after: Some(new.clone()),
        rust: Some(RustResult {
            item: RustItem::from("the module of the catalog"),
            before: Some(format!("mod {old}")),
            after: Some(format!("mod {new}")),
        }),
        ..ChangeResult::of_catalog(kind)
    };
    (old != new).then(|| described(change))
}

/// Compares two catalogs, and notes the changes of the overlay that do not apply to a side.
fn compare_applicable(
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
    context: &Context,
) -> Result<Vec<Change>> {
    let comparison = compare_leniently(before, after, enums)?;
    let dropped = if comparison.without_overlays {
        "the overlays"
    } else {
        "a change of the overlay"
    };
    for problem in comparison.dropped_corrections {
        let name = &after.name;
        let note = format!("{name}: compared without {dropped}: {problem}");
        context.screen.note(&note);
    }
    Ok(comparison.changes)
}
