//! The generator's reports on the catalogs of a project.

use anyhow::Result;
use toolsmith_codegen::report::Report;
use toolsmith_codegen::{Options, generate};

use crate::catalogs::{load_snapshots, locate_in_given, note_all_skipped};
use crate::config::{CatalogConfig, Config};
use crate::context::Context;

/// Generates from the snapshots of the catalogs in `wanted`, without writing, and returns their reports. Notes
/// the tools that were skipped.
///
/// # Errors
///
/// Returns an error if a catalog cannot be read.
pub(crate) fn load_reports(
    wanted: &[&CatalogConfig],
    config: &Config,
    context: &Context,
) -> Result<Vec<Report>> {
    let loaded = load_snapshots(wanted, config, context)?;
    let inputs: Vec<_> = loaded.iter().map(|loaded| loaded.input.clone()).collect();
    let options = Options {
        layout: config.project.target.layout(),
        ..Options::default()
    };
    let output = generate(&inputs, &options);
    let mut reports = output
        .map_err(|found| locate_in_given(&found, &loaded))?
        .reports;
    note_all_skipped(&loaded, &reports, context);
    for (report, loaded) in reports.iter_mut().zip(loaded) {
        report.skipped.splice(..0, loaded.skipped);
    }
    Ok(reports)
}
