//! Comparison of two snapshots of a catalog, graded by the effect on programs.
//!
//! Both snapshots are lowered under the same overlay and the same lock, and their models are compared.
//! So a change of Rust code is reported as the generator makes it. Changes that the model does not show,
//! such as examples, come from the schemas.

mod annotations;
mod argument_texts;
mod change;
mod checks;
mod constructor;
mod context;
mod kind;
mod limits;
mod literal;
mod pairs;
mod request;
mod response;
#[cfg(test)]
mod tests;
mod texts;
mod tool;
mod types;

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

pub use change::{Change, ChangePlace, ChangedPart, RustChange, RustItem};
use context::{TypeIndex, TypesOfBoth};
pub use kind::{ChangeKind, Grade};
pub use literal::LiteralType;

use crate::diag::{Diagnostic, Diagnostics};
use crate::lower::{lower_both, lower_one};
use crate::model::Api;
use crate::options::{CatalogInput, Enums};
use crate::overlay::Omissions;
use crate::threads;

/// Compares two snapshots of a catalog. Returns the changes, sorted by tool and place.
///
/// Each snapshot has its overlay, so that a correction of the overlay is a change as well. If both have the
/// same lock, the names that the older snapshot needs are given before those of the newer one. With
/// [`Enums::Exhaustive`], a new value of an enum and a new variant of a union break each `match` on it.
///
/// # Errors
///
/// Returns the errors of [`generate`](crate::generate) for either snapshot, except those of texts, which
/// are changes.
pub fn compare(
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
) -> Result<Vec<Change>, Diagnostics> {
    if before == after {
        return Ok(Vec::new());
    }
    threads::run(|| compare_inputs(before, after, &Default::default(), enums))
}

/// The result of a comparison that leaves out what does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The changes, sorted by tool and place.
    pub changes: Vec<Change>,
    /// The problems of the overlay changes that were left out of one side, or of the overlays if both were left
    /// out.
    pub dropped_corrections: Vec<Diagnostic>,
    /// `true` if the snapshots were compared without any overlay.
    pub without_overlays: bool,
}

/// Compares two snapshots of a catalog, as [`compare`] does. A change of an overlay that does not apply to a
/// side is left out of that side, and a pattern of a selection may match no tool.
///
/// # Errors
///
/// Returns the other errors of [`compare`].
pub fn compare_leniently(
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
) -> Result<Comparison, Diagnostics> {
    if let Ok(changes) = compare(before, after, enums) {
        return Ok(Comparison {
            changes,
            dropped_corrections: Vec::new(),
            without_overlays: false,
        });
    }
    threads::run(|| {
        let (old, new) = rayon::join(|| find_omissions(before), || find_omissions(after));
        let (old, new) = match (old, new) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(found), _) | (_, Err(found)) => return compare_plain(before, after, enums, found),
        };
        let ((old, mut dropped), (new, others)) = (old, new);
        for problem in others {
            if !dropped.contains(&problem) {
                dropped.push(problem);
            }
        }
        let changes = compare_inputs(before, after, &[old, new], enums)?;
        Ok(Comparison {
            changes,
            dropped_corrections: dropped,
            without_overlays: false,
        })
    })
}

/// Compares two snapshots without their overlays, one of which has the problems `found`.
fn compare_plain(
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
    found: Diagnostics,
) -> Result<Comparison, Diagnostics> {
    let plain = |input: &CatalogInput| CatalogInput {
        overlay: None,
        ..input.clone()
    };
    let sides = [Omissions::of_side(), Omissions::of_side()];
    match compare_inputs(&plain(before), &plain(after), &sides, enums) {
        Ok(changes) => Ok(Comparison {
            changes,
            dropped_corrections: found.iter().cloned().collect(),
            without_overlays: true,
        }),
        // The problem is not one of the overlays.
        Err(_) => Err(found),
    }
}

/// Finds the changes of the overlay that do not apply, by leaving out those that lowering refuses.
fn find_omissions(input: &CatalogInput) -> Result<(Omissions, Vec<Diagnostic>), Diagnostics> {
    let mut omissions = Omissions::of_side();
    let mut problems = Vec::new();
    while let Err(found) = lower_one(input, &omissions) {
        if !omissions.leave_out(input, &found) {
            return Err(found);
        }
        problems.extend(found.iter().cloned());
    }
    Ok((omissions, problems))
}

/// Returns a change for each tool of a catalog that only the newer side has.
///
/// # Errors
///
/// Returns the errors of [`generate`](crate::generate) for the catalog.
pub fn compare_added(catalog: &CatalogInput) -> Result<Vec<Change>, Diagnostics> {
    let catalog = threads::run(|| lower_one(catalog, &Omissions::default()))?;
    let mut changes = compare_models(&without_tools(&catalog.api), &catalog.api);
    changes.extend(texts::added(&catalog.texts));
    changes.sort();
    Ok(changes)
}

/// Returns a change for each tool of a catalog that only the older side has.
///
/// # Errors
///
/// Returns the errors of [`generate`](crate::generate) for the catalog.
pub fn compare_removed(catalog: &CatalogInput) -> Result<Vec<Change>, Diagnostics> {
    let catalog = threads::run(|| lower_one(catalog, &Omissions::default()))?;
    let mut changes = compare_models(&catalog.api, &without_tools(&catalog.api));
    changes.extend(texts::removed(&catalog.texts));
    changes.sort();
    Ok(changes)
}

/// Returns an API without tools and types.
fn without_tools(api: &Api) -> Api {
    Api {
        resources: Vec::new(),
        operations: Vec::new(),
        structs: Vec::new(),
        choices: Vec::new(),
        unions: Vec::new(),
        ..api.clone()
    }
}

fn compare_inputs(
    before: &CatalogInput,
    after: &CatalogInput,
    omissions: &[Omissions; 2],
    enums: Enums,
) -> Result<Vec<Change>, Diagnostics> {
    let [old, new] = lower_both(before, after, omissions)?;
    let mut changes = compare_models(&old.api, &new.api);
    changes.extend(texts::compare_texts(&old, &new));
    rayon::join(|| free(old.api), || free(new.api));
    if enums == Enums::Exhaustive {
        for change in changes.iter_mut().filter(|change| change.kind.adds_case()) {
            change.grade = Grade::Compile;
        }
    }
    changes.sort();
    changes.dedup();
    Ok(changes)
}

/// Frees a model on several threads, because a large one takes long.
fn free(api: Api) {
    api.resources.into_par_iter().for_each(drop);
    api.operations.into_par_iter().for_each(drop);
    api.structs.into_par_iter().for_each(drop);
}

fn compare_models(before: &Api, after: &Api) -> Vec<Change> {
    let types = TypesOfBoth {
        before: TypeIndex::of(before),
        after: TypeIndex::of(after),
    };
    let pairs = pairs::pair_tools(before, after);
    let of_tools = pairs
        .par_iter()
        .flat_map_iter(|pair| tool::compare_pair(&types, pair));
    of_tools.chain(compare_sizes(before, after)).collect()
}

/// Reports definitions that grow by more than a tenth. A growth of less than a kilobyte costs nothing.
fn compare_sizes(before: &Api, after: &Api) -> Option<Change> {
    let size = |api: &Api| -> usize {
        let live = api
            .operations()
            .filter(|operation| operation.removal.is_none());
        let tools = live.map(|operation| &operation.tool);
        let sizes = tools.map(|tool| {
            let texts = [
                &tool.name,
                &tool.description,
                &tool.query_schema,
                &tool.body_schema,
            ];
            texts.map(String::len).iter().sum::<usize>()
        });
        sizes.sum()
    };
    let (old, new) = (size(before), size(after));
    let growth = new.saturating_sub(old);
    let is_large = old > 0 && growth >= 1_000 && growth > old / 10;
    let words = |size: usize| Some(format!("{size} bytes"));
    let change = Change::new(ChangeKind::ListSize, "", ChangePlace::TOOL);
    is_large.then(|| change.values(words(old), words(new)))
}
