//! The changes of fetched catalogs.

use anyhow::Result;
use toolsmith_codegen::CatalogInput;
use toolsmith_codegen::options::Enums;

use crate::catalogs::{Drift, LoadedCatalog};
use crate::context::Context;
use crate::diff::{CatalogDiff, compare_catalog};

/// Compares each fetched catalog that differs from its snapshot with it.
///
/// # Errors
///
/// Returns an error if one of them cannot be lowered.
pub(super) fn compare_drifted(
    loaded: &[LoadedCatalog],
    enums: Enums,
    context: &Context,
) -> Result<Vec<CatalogDiff>> {
    let mut found = Vec::new();
    for LoadedCatalog { input, drift, .. } in loaded {
        let Some(Drift {
            before: Some(before),
            after,
        }) = drift
        else {
            continue;
        };
        let [before, after] = [before, after].map(|snapshot| CatalogInput {
            snapshot: snapshot.clone(),
            ..input.clone()
        });
        found.push(compare_catalog(&before, &after, enums, context)?);
    }
    Ok(found)
}
