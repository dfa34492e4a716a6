//! `graph`: which tool gives an identifier that another needs, as a picture.

mod cards;
mod mermaid;
mod svg;

use std::path::PathBuf;

use anyhow::Result;
use toolsmith_codegen::Report;

use crate::config::Config;
use crate::disk;
use crate::explore::reports;
use crate::screen::Screen;
use crate::status::Status;
use crate::workspace::Workspace;

/// Where the pictures go unless something else is said, from the root.
const FOLDER: &str = "target/graph";

/// Writes `CATALOG.mmd` and `CATALOG.svg`; without a name, for every catalog.
///
/// # Errors
///
/// A catalog of another name, one that cannot be read, a file that cannot be written.
pub(crate) fn run(
    names: &[String],
    out: Option<PathBuf>,
    workspace: &Workspace,
    screen: Screen,
) -> Result<Status> {
    let config = Config::load(workspace)?;
    let wanted = config.named(names)?;
    let folder = out.unwrap_or_else(|| workspace.root().join(FOLDER));
    let is_wanted = |report: &Report| wanted.iter().any(|wanted| wanted.name == report.catalog);
    for report in reports(&config, workspace)? {
        if !is_wanted(&report) {
            continue;
        }
        for (ending, text) in [
            ("mmd", mermaid::render(&report)),
            ("svg", svg::render(&report)),
        ] {
            let path = folder.join(format!("{}.{ending}", report.catalog));
            disk::write(&path, &text)?;
            screen.print(&format!("wrote {}\n", path.display()))?;
        }
    }
    Ok(Status::Fine)
}
