//! The generator's reports on the catalogs of a project.

use anyhow::Result;
use toolsmith_codegen::report::Report;
use toolsmith_codegen::{Options, generate};

use crate::catalogs::load_snapshots;
use crate::config::Config;
use crate::context::Context;

/// Generates from the snapshots, without writing, and returns the report on every catalog.
///
/// # Errors
///
/// Returns an error if a catalog cannot be read.
pub(crate) fn load_reports(config: &Config, context: &Context) -> Result<Vec<Report>> {
    let loaded = load_snapshots(config, context)?;
    let inputs: Vec<_> = loaded.into_iter().map(|loaded| loaded.input).collect();
    Ok(generate(&inputs, &Options::default())?.reports)
}

/// Splits a call into its resource and its method: `api_keys().list(ListApiKeys)` is `api_keys` and
/// `list(ListApiKeys)`.
pub(crate) fn split_call(call: &str) -> (&str, &str) {
    call.split_once("().").unwrap_or(("", call))
}
