//! The generator's reports on the catalogs of a project.

use anyhow::Result;
use toolsmith_codegen::generate;
use toolsmith_codegen::report::Report;

use crate::catalogs::{load_snapshots, options};
use crate::config::{CatalogConfig, Config};
use crate::context::Context;

/// A catalog and the generator's report on it.
pub(crate) struct Explored {
    pub(crate) config: CatalogConfig,
    pub(crate) report: Report,
}

/// Generates from the snapshots, without writing, and returns the reports.
///
/// # Errors
///
/// Returns an error if a catalog cannot be read.
pub(crate) fn explore(config: &Config, context: &Context) -> Result<Vec<Explored>> {
    let loaded = load_snapshots(config, context)?;
    let inputs: Vec<_> = loaded.into_iter().map(|loaded| loaded.input).collect();
    let output = generate(&inputs, &options(context))?;
    let pairs = config.catalogs.iter().cloned().zip(output.reports);
    let explored = pairs.map(|(config, report)| Explored { config, report });
    Ok(explored.collect())
}

/// Returns the report on every catalog.
///
/// # Errors
///
/// Returns an error if a catalog cannot be read.
pub(crate) fn reports(config: &Config, context: &Context) -> Result<Vec<Report>> {
    let explored = explore(config, context)?;
    Ok(explored
        .into_iter()
        .map(|explored| explored.report)
        .collect())
}

/// Splits a call into its resource and its method: `api_keys().list(ListApiKeys)` is `api_keys` and
/// `list(ListApiKeys)`.
pub(crate) fn split_call(call: &str) -> (&str, &str) {
    call.split_once("().").unwrap_or(("", call))
}
