//! Comparison of two snapshots of a catalog, graded by the effect on programs.
//!
//! Both snapshots are lowered under the same overlay and the same lock, and their models are compared.
//! So a change of Rust code is reported as the generator makes it. Changes that the model does not show,
//! such as examples, come from the schemas.

mod annotations;
mod change;
mod checks;
mod context;
mod kind;
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
use crate::options::{CatalogInput, SourceText};
use crate::threads;

/// Compares two snapshots of a catalog. Returns the changes, sorted by tool and place.
///
/// `before` and `after` differ in their snapshots alone; the overlay and the lock of `before` apply to
/// both.
///
/// # Errors
///
/// Returns the errors of [`generate`](crate::generate) for either snapshot.
pub fn compare(before: &CatalogInput, after: &SourceText) -> Result<Vec<Change>, Diagnostics> {
    threads::run(|| compare_snapshots(before, after))
}

fn compare_snapshots(
    before: &CatalogInput,
    after: &SourceText,
) -> Result<Vec<Change>, Diagnostics> {
    if before.snapshot.text == after.text {
        return Ok(Vec::new());
    }
    let old = lower_input(before)?;
    let new = lower_input(&successor(before, after, &old))?;
    let mut changes = compare_models(&old.api, &new.api);
    changes.sort();
    changes.dedup();
    Ok(changes)
}

/// Returns the input of the newer snapshot: the names of the older one are given already.
fn successor(before: &CatalogInput, after: &SourceText, old: &Lowered) -> CatalogInput {
    let lock = before.lock.as_ref();
    CatalogInput {
        snapshot: after.clone(),
        lock: Some(SourceText {
            file: lock.map_or_else(|| "lock".to_owned(), |lock| lock.file.clone()),
            text: old.lock.clone(),
        }),
        ..before.clone()
    }
}

fn compare_models(before: &Api, after: &Api) -> Vec<Change> {
    let types = TypesOfBoth {
        before: TypeIndex::of(before),
        after: TypeIndex::of(after),
    };
    let pairs = pairs::pair_tools(before, after);
    pairs
        .par_iter()
        .flat_map_iter(|pair| tool::compare_pair(&types, pair))
        .collect()
}
