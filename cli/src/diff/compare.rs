//! The comparison of catalogs, for every command that shows changes.

use anyhow::Result;
use toolsmith_codegen::CatalogInput;
use toolsmith_codegen::diff::{Change, ChangeKind, Grade, compare, compare_with_nothing};
use toolsmith_codegen::options::{Enums, Selection};

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
            let changes = compare_with_nothing(&only.input, false)?;
            return Ok(Some(to_diff(&only.config.name, changes)));
        }
        (None, Some(only)) => {
            let changes = compare_with_nothing(&only.input, true)?;
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
    let changes = compare_leniently(before, after, enums, context)?;
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
            item: "the module of the catalog".to_owned(),
            before: Some(format!("mod {old}")),
            after: Some(format!("mod {new}")),
        }),
        ..ChangeResult::of_catalog(kind)
    };
    (old != new).then(|| described(change))
}

/// Compares two catalogs. A selection or an overlay that applies to one side alone is left out on both.
fn compare_leniently(
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
    context: &Context,
) -> Result<Vec<Change>> {
    let problem = match compare(before, after, enums) {
        Ok(changes) => return Ok(changes),
        Err(problem) => problem,
    };
    let unselected = |input: &CatalogInput| CatalogInput {
        selection: Selection::default(),
        ..input.clone()
    };
    let plain = |input: &CatalogInput| CatalogInput {
        overlay: None,
        ..unselected(input)
    };
    for (before, after, left_out) in [
        (unselected(before), unselected(after), "selection"),
        (plain(before), plain(after), "selection and overlay"),
    ] {
        if let Ok(changes) = compare(&before, &after, enums) {
            let name = &after.name;
            context.screen.note(&format!(
                "{name}: compared without {left_out}, which does not apply to both sides: {problem}"
            ));
            return Ok(changes);
        }
    }
    Err(problem.into())
}
