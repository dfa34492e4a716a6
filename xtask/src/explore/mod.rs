//! `list` and `explain`: what is in a catalog, and what became of it in Rust.

mod explain;
mod find;
mod list;

use anyhow::Result;
use toolsmith_codegen::{Options, generate};
use toolsmith_codegen::report::Report;

use crate::config::{CatalogConfig, Config};
use crate::regen::load_snapshots;
use crate::workspace::Workspace;

pub(crate) use self::explain::run as explain;
pub(crate) use self::list::run as list;

/// A catalog, and what became of it.
struct Explored {
    config: CatalogConfig,
    report: Report,
}

/// Generates from the snapshots, without writing, for what is said about it.
fn explore(config: &Config, workspace: &Workspace) -> Result<Vec<Explored>> {
    let loaded = load_snapshots(config, workspace)?;
    let inputs: Vec<_> = loaded.into_iter().map(|loaded| loaded.input).collect();
    let output = generate(&inputs, &Options::default())?;
    let pairs = config.catalogs.iter().cloned().zip(output.reports);
    let explored = pairs.map(|(config, report)| Explored { config, report });
    Ok(explored.collect())
}

/// What became of every catalog.
///
/// # Errors
///
/// A catalog that cannot be read.
pub(crate) fn reports(config: &Config, workspace: &Workspace) -> Result<Vec<Report>> {
    let explored = explore(config, workspace)?;
    Ok(explored
        .into_iter()
        .map(|explored| explored.report)
        .collect())
}

/// Where a call stands in Rust: `api_keys().list(ListApiKeys)` is `api_keys`, `list(ListApiKeys)`.
fn split_call(call: &str) -> (&str, &str) {
    call.split_once("().").unwrap_or(("", call))
}
