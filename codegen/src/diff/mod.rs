//! Comparison of two snapshots of a catalog, graded by the effect on programs.
//!
//! Both snapshots are lowered under the same overlay and the same lock, and their models are compared.
//! So a change of Rust code is reported as the generator makes it. Changes that the model does not show,
//! such as examples, come from the schemas.

mod annotations;
mod change;
mod checks;
mod constructor;
mod context;
mod expanded;
mod kind;
mod limits;
mod pairs;
mod request;
mod response;
#[cfg(test)]
mod tests;
mod tool;
mod types;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

pub use change::{Change, ChangePlace, RustChange, ToolPart};
use context::{TypeIndex, TypesOfBoth};
pub use kind::{ChangeKind, Grade};

use crate::diag::Diagnostics;
use crate::lower::{Lowered, lower_input};
use crate::model::Api;
use crate::options::{CatalogInput, Enums, SourceText};
use crate::threads;

/// Compares two snapshots of a catalog. Returns the changes, sorted by tool and place.
///
/// Each snapshot has its overlay, so that a correction of the overlay is a change as well. If both have the
/// same lock, the names that the older snapshot needs are given before those of the newer one. With
/// [`Enums::Exhaustive`], a new value of an enum and a new variant of a union break each `match` on it.
///
/// # Errors
///
/// Returns the errors of [`generate`](crate::generate) for either snapshot.
pub fn compare(
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
) -> Result<Vec<Change>, Diagnostics> {
    if before == after {
        return Ok(Vec::new());
    }
    threads::run(|| compare_inputs(before, after, enums))
}

/// Returns a change for each tool of a catalog that only one side has. The newer side has it if `is_new`.
///
/// # Errors
///
/// Returns the errors of [`generate`](crate::generate) for the catalog.
pub fn compare_with_nothing(
    catalog: &CatalogInput,
    is_new: bool,
) -> Result<Vec<Change>, Diagnostics> {
    let lowered = threads::run(|| lower_input(catalog))?;
    let nothing = Api {
        resources: Vec::new(),
        operations: Vec::new(),
        structs: Vec::new(),
        choices: Vec::new(),
        unions: Vec::new(),
        ..lowered.api.clone()
    };
    let mut changes = if is_new {
        compare_models(&nothing, &lowered.api)
    } else {
        compare_models(&lowered.api, &nothing)
    };
    changes.sort();
    Ok(changes)
}

fn compare_inputs(
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
) -> Result<Vec<Change>, Diagnostics> {
    let old = lower_input(before)?;
    let text = |input: &CatalogInput| input.lock.as_ref().map(|lock| lock.text.clone());
    let new = if text(before) == text(after) {
        lower_input(&with_lock_of(after, &old))?
    } else {
        lower_input(after)?
    };
    let mut changes = compare_models(&old.api, &new.api);
    if enums == Enums::Exhaustive {
        for change in changes.iter_mut().filter(|change| change.kind.adds_case()) {
            change.grade = Grade::Compile;
        }
    }
    changes.sort();
    changes.dedup();
    Ok(changes)
}

/// Returns the input with the names of the older snapshot.
fn with_lock_of(after: &CatalogInput, old: &Lowered) -> CatalogInput {
    let lock = after.lock.as_ref();
    CatalogInput {
        lock: Some(SourceText {
            file: lock.map_or_else(|| "lock".to_owned(), |lock| lock.file.clone()),
            text: old.lock.clone(),
        }),
        ..after.clone()
    }
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
        let tools = api.operations().map(|operation| &operation.tool);
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
