//! The result of a run, for text and JSON output.

use anyhow::Result;
use serde::Serialize;
use toolsmith_codegen::write::Plan;

use super::place::{Place, Target};
use super::{Ci, Request};
use crate::config::Config;
use crate::context::Context;
use crate::program::Program;
use crate::project::CargoProject;
use crate::project::pin::VERSION;
use crate::screen::file_change::FileChange;
use crate::screen::lines::push_line;
use crate::screen::style::{NAME, SUCCESS, WARNING, count, paint};
use crate::status::Status;
use crate::usage::{Step, render_steps, setup_steps};
use crate::workflows;

/// The result of a run: the document that `init --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
pub(super) struct InitResult {
    /// The exit status.
    exit_status: u8,
    /// The directory of the configuration.
    root: String,
    /// `crate` or `module`.
    target: &'static str,
    /// The folder of the generated code, from the root.
    folder: String,
    /// The files that were made or got further lines.
    files: Vec<FileChange>,
    /// The steps that are left to a person.
    steps: Vec<Step>,
    /// `true` if one of the steps adds the first catalog.
    #[serde(skip)]
    needs_catalog: bool,
    /// Remarks.
    notes: Vec<String>,
}

impl InitResult {
    /// Collects the result after the files were written.
    ///
    /// # Errors
    ///
    /// Returns an error if a manifest cannot be read.
    pub(super) fn collect(
        request: &Request,
        place: &Place,
        cargo: Option<&CargoProject>,
        plan: &Plan,
        context: &Context,
    ) -> Result<Self> {
        let config = Config::load(&context.workspace)?;
        let (target, folder) = match &place.target {
            Target::Crate { folder, .. } => ("crate", folder),
            Target::Module { folder } => ("module", folder),
        };
        let mut steps = match &place.target {
            // A program is easier to write with a catalog; `add` prints these steps.
            Target::Crate { .. } => Vec::new(),
            Target::Module { .. } => setup_steps(&place.start, &place.root, &config)?,
        };
        let needs_catalog = config.catalogs.is_empty();
        if needs_catalog {
            let command = format!("{} NAME --url URL", context.program.command("add mcp"));
            steps.push(Step::run("add a catalog", command));
        }
        let mut notes = Vec::new();
        notes.extend(rust_version_note(place, cargo));
        if request.ci == Some(Ci::Github) {
            notes.extend(workflows::notes(&config));
            // An existing workflow is never edited.
            steps.extend(workflows::step(&config, &place.start, &place.root)?);
        }
        Ok(Self {
            exit_status: Status::Success.code(),
            root: place.root.display().to_string(),
            target,
            folder: folder.clone(),
            files: plan.files.iter().filter_map(FileChange::of).collect(),
            steps,
            needs_catalog,
            notes,
        })
    }
}

/// Returns a remark if the workspace supports older versions of Rust than the runtime does.
fn rust_version_note(place: &Place, cargo: Option<&CargoProject>) -> Option<String> {
    let inherited = place.inherited(cargo).rust_version?;
    let needed = env!("CARGO_PKG_RUST_VERSION");
    let number = |version: &str| -> Option<(u64, u64)> {
        let mut parts = version.split('.').map(|part| part.parse().ok());
        Some((parts.next()??, parts.next().flatten().unwrap_or(0)))
    };
    let is_older = number(&inherited)? < number(needed)?;
    is_older.then(|| {
        format!(
            "the workspace supports Rust {inherited}, but Toolsmith {VERSION} needs Rust {needed}; raise `rust-version`"
        )
    })
}

/// Renders a result.
pub(super) fn render(result: &InitResult, program: Program) -> String {
    let mut text = String::new();
    for file in &result.files {
        push_line(
            &mut text,
            &format!("  {}  {}", paint(SUCCESS, file.past_verb()), file.path),
        );
    }
    if !result.files.is_empty() {
        push_line(&mut text, "");
    }
    let conclusion = match result.files.len() {
        0 => format!("nothing to do in {}", result.root),
        number => format!("{} written in {}", count(number, "file"), result.root),
    };
    push_line(
        &mut text,
        &format!("{} {conclusion}", paint(SUCCESS, "ok:")),
    );
    for note in &result.notes {
        push_line(&mut text, "");
        push_line(&mut text, &format!("{}: {note}", paint(WARNING, "note")));
    }
    text.push_str(&render_steps(&result.steps));
    let help = paint(NAME, &program.command("add --help"));
    if result.needs_catalog {
        push_line(&mut text, "");
        push_line(
            &mut text,
            &format!("{help} shows the other kinds of catalogs."),
        );
    }
    text
}
