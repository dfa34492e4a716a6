//! `graph`: which tool gives an identifier that another needs, as a picture.

mod cards;
mod mermaid;
mod svg;

use std::path::PathBuf;

use anyhow::Result;
use toolsmith_codegen::report::Report;
use toolsmith_codegen::write::{FileTree, plan_within};

use crate::config::Config;
use crate::context::Context;
use crate::reports::reports;
use crate::status::Status;

/// Where the pictures go unless something else is said, from the root.
const FOLDER: &str = "target/graph";

/// Writes `CATALOG.mmd` and `CATALOG.svg`; without a name, for every catalog.
///
/// # Errors
///
/// A catalog of another name, one that cannot be read, a file that cannot be written.
pub(crate) fn run(names: &[String], out: Option<PathBuf>, context: &Context) -> Result<Status> {
    let config = Config::load(&context.workspace)?;
    let wanted = config.named(names)?;
    let folder = out.unwrap_or_else(|| context.root().join(FOLDER));
    let is_wanted = |report: &Report| wanted.iter().any(|wanted| wanted.name == report.catalog);
    let mut pictures = FileTree::default();
    for report in reports(&config, context)?
        .iter()
        .filter(|report| is_wanted(report))
    {
        let mut add = |ending, text| {
            let path = format!("{}.{ending}", report.catalog);
            pictures.0.insert(path, text);
        };
        add("mmd", mermaid::render(report));
        add("svg", svg::render(report));
    }
    // Nothing else in the folder is ours, so that nothing there can be an orphan.
    plan_within(&pictures, &folder, &[])?.apply(&folder)?;
    for path in pictures.0.keys() {
        context
            .screen
            .print(&format!("wrote {}\n", folder.join(path).display()))?;
    }
    Ok(Status::Success)
}
