//! `graph`: draws which tools return the identifiers that others need.

mod cards;
mod mermaid;
mod svg;

#[cfg(feature = "page")]
pub(crate) use self::cards::{Card, Style, lay_out};

use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;
use toolsmith_codegen::write::{FileTree, plan_within};

use crate::config::Config;
use crate::context::Context;
use crate::reports::load_reports;
use crate::screen::Format;
use crate::status::Status;
use crate::system::disk;

/// The default output directory, from the root.
const FOLDER: &str = "target/graph";

/// The document that `graph --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
struct GraphResult {
    exit_status: u8,
    /// The output directory.
    out: String,
    /// The files, from the output directory.
    files: Vec<String>,
}

/// Writes `CATALOG.mmd` and `CATALOG.svg`. Without names, it draws every catalog.
///
/// # Errors
///
/// Returns an error if a catalog does not exist or cannot be read, or if a file cannot be written.
pub(crate) fn run(
    names: &[String],
    out: Option<PathBuf>,
    format: Format,
    context: &Context,
) -> Result<Status> {
    let config = Config::load(&context.workspace)?;
    let wanted = config.named(names)?;
    let folder = out.unwrap_or_else(|| context.root().join(FOLDER));
    disk::require_directory(&folder)?;
    let mut pictures = FileTree::default();
    for report in &load_reports(&wanted, &config, context)? {
        let mut add = |ending, text| {
            let path = format!("{}.{ending}", report.catalog);
            pictures.0.insert(path, text);
        };
        add("mmd", mermaid::render(report));
        add("svg", svg::render(report));
    }
    // Other files in the folder were not generated, so no file is an orphan.
    plan_within(&pictures, &folder, &[])?.apply(&folder)?;
    match format {
        Format::Json => context.screen.print_json(&GraphResult {
            exit_status: Status::Success.code(),
            out: folder.display().to_string(),
            files: pictures.0.into_keys().collect(),
        })?,
        Format::Text => {
            for path in pictures.0.keys() {
                context
                    .screen
                    .print(&format!("wrote {}\n", folder.join(path).display()))?;
            }
        }
    }
    Ok(Status::Success)
}
