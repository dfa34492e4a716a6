//! `upgrade`: moves the pinned version to this one, regenerates, and shows the changes of the generated
//! API.

mod api;
mod bump;

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use toolsmith_codegen::write::{FileTree, Plan};

use self::api::{Api, ApiChange};
use crate::catalogs::{Fetching, Mode, note_all_skipped};
use crate::config::{Config, TargetConfig};
use crate::context::Context;
use crate::edit::set_pin;
use crate::project::lock::{LockMode, ProjectLock};
use crate::project::pin::{self, VERSION};
use crate::regen::{self, Noted, Regeneration, Sources};
use crate::screen::Format;
use crate::screen::file_change::FileChange;
use crate::screen::lines::push_line;
use crate::screen::style::{DIMMED, FAILURE, HEADING, SUCCESS, WARNING, count, paint};
use crate::status::Status;
use crate::system::disk;
use crate::workspace::CONFIG;

/// The arguments of `upgrade`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Write nothing, and show the changes
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The result of a run: the document that `upgrade --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
struct UpgradeResult {
    exit_status: u8,
    /// The version before.
    from: Option<String>,
    /// The version now.
    to: &'static str,
    /// `true` if nothing was written.
    dry_run: bool,
    /// The changes of the generated API.
    api: Vec<ApiChange>,
    /// The files that were written, or would be.
    files: Vec<FileChange>,
    /// The steps that are left to a person.
    notes: Vec<String>,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if the project is pinned to a newer version, or a catalog cannot be generated.
/// Nothing was written then.
pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Status> {
    let mode = if arguments.dry_run {
        LockMode::Read
    } else {
        LockMode::Write
    };
    let _lock = ProjectLock::for_project(mode, "upgrade", context)?;
    let text = disk::read(&context.workspace.path(CONFIG))?;
    let pinned = pin::read(&text)?;
    if let Some(pinned) = &pinned {
        pin::refuse_downgrade(pinned, context)?;
    }
    let text = set_pin(&text, VERSION)?;
    let (text, config) = bump::configuration(text)?;
    let mut pending = FileTree([(CONFIG.to_owned(), text)].into());
    let notes = bump::manifests(&config, &mut pending, context)?;
    let sources = Sources {
        wanted: &[],
        fetching: Fetching::Never,
        mode: Mode::Write,
        noted: Noted::All,
    };
    let regeneration = Regeneration::prepare(&config, &sources, &pending, context)?;
    regeneration.refuse_silent(context)?;
    note_all_skipped(&regeneration.loaded, &regeneration.output.reports, context);
    let plan = regeneration.plan;
    let api = changes(&plan, &config);
    if !arguments.dry_run {
        regen::apply(&plan, context)?;
    }
    let result = UpgradeResult {
        exit_status: Status::Success.code(),
        from: pinned.map(|pinned| pinned.to_string()),
        to: VERSION,
        dry_run: arguments.dry_run,
        api,
        files: plan.files.iter().filter_map(FileChange::of).collect(),
        notes,
    };
    match Format::of_flag(arguments.json) {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context.screen.print(&render(&result))?,
    }
    Ok(Status::Success)
}

/// Compares the API of the sources on disk with that of the new ones.
fn changes(plan: &Plan, config: &Config) -> Vec<ApiChange> {
    let folder = match &config.project.target {
        TargetConfig::Crate(folder) => format!("{folder}/src/"),
        TargetConfig::Module(folder) => format!("{folder}/"),
    };
    let folder = folder.trim_start_matches("./");
    let sources = |text: fn(&toolsmith_codegen::write::PlannedFile) -> Option<&String>| {
        let files = plan.files.iter().filter_map(|file| {
            let path = file.path.strip_prefix(folder)?.strip_suffix(".rs")?;
            Some((path, text(file)?.as_str()))
        });
        files.collect::<BTreeMap<&str, &str>>()
    };
    let before = Api::read(&sources(|file| file.before.as_ref()));
    let after = Api::read(&sources(|file| file.after.as_ref()));
    before.changes_to(&after)
}

fn render(result: &UpgradeResult) -> String {
    let mut text = String::new();
    let heading = match result.api.len() {
        0 => "The public API of the generated code is unchanged.".to_owned(),
        number => format!(
            "{} of the public API of the generated code",
            count(number, "change")
        ),
    };
    push_line(&mut text, &paint(HEADING, &heading));
    for change in &result.api {
        push_line(&mut text, "");
        push_line(&mut text, &format!("  {}", change.item));
        if let Some(before) = &change.before {
            push_line(
                &mut text,
                &format!("    {}", paint(FAILURE, &format!("- {before}"))),
            );
        }
        if let Some(after) = &change.after {
            push_line(
                &mut text,
                &format!("    {}", paint(SUCCESS, &format!("+ {after}"))),
            );
        }
    }
    for note in &result.notes {
        push_line(&mut text, "");
        push_line(&mut text, &format!("{}: {note}", paint(WARNING, "note")));
    }
    let from = result.from.as_deref().unwrap_or("no pinned version");
    let files = count(result.files.len(), "file");
    let done = match (result.dry_run, result.files.is_empty()) {
        (_, true) => format!("already at {}, nothing to do", result.to),
        (true, false) => format!("{from} -> {}, {files} would change", result.to),
        (false, false) => format!("{from} -> {}, {files} changed", result.to),
    };
    push_line(&mut text, "");
    push_line(&mut text, &format!("{} {done}", paint(SUCCESS, "ok:")));
    if !result.dry_run && !result.files.is_empty() {
        let next = paint(DIMMED, "compile the project, and commit the changes");
        push_line(&mut text, &next);
    }
    text
}
