//! The tools of a catalog by name, without the generation of code.

use std::collections::BTreeSet;

use crate::diag::Diagnostics;
use crate::options::CatalogInput;
use crate::overlay::parse_catalog;
use crate::report::SkippedEntry;

/// Returns the names of the tools of a catalog that get code: those that its overlay and selection do not
/// hide or exclude.
///
/// # Errors
///
/// Returns an error if the catalog or its overlay is not valid.
pub fn visible_tools(catalog: &CatalogInput) -> Result<BTreeSet<String>, Diagnostics> {
    let tools = parse_catalog(catalog)?.tools.into_iter();
    Ok(tools.map(|tool| tool.name).collect())
}

/// Returns the tools of a catalog that cannot be read and are skipped.
///
/// # Errors
///
/// Returns an error if the catalog or its overlay is not valid.
pub fn skipped_tools(catalog: &CatalogInput) -> Result<Vec<SkippedEntry>, Diagnostics> {
    Ok(parse_catalog(catalog)?.skipped)
}
