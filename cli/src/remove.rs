//! `remove`: the reverse of `add`.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use toml_edit::DocumentMut;
use toolsmith_codegen::options::CatalogKind;
use toolsmith_codegen::write::{Action, FileTree, PlannedFile};

use crate::catalogs::{Fetching, Mode, note_all_skipped};
use crate::config::{CatalogConfig, Config};
use crate::context::Context;
use crate::edit::{keep_line_ends, remove_catalog};
use crate::manifest::drop_runtime_feature;
use crate::project::lock::{LockMode, ProjectLock};
use crate::project::pin;
use crate::project::target::Target;
use crate::regen::{self, Noted, Regeneration, Sources};
use crate::screen::Format;
use crate::screen::file_change::FileChange;
use crate::screen::lines::push_line;
use crate::screen::style::{FAILURE, NAME, SUCCESS, WARNING, paint};
use crate::status::Status;
use crate::system::disk;
use crate::workspace::CONFIG;

/// Its feature for clients of MCP servers.
const MCP_FEATURE: &str = "mcp-client";

/// The arguments of `remove`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The catalog to remove
    #[arg(value_name = "NAME")]
    name: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The result of a run: the document that `remove --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
struct RemoveResult {
    exit_status: u8,
    /// The name of the catalog.
    catalog: String,
    /// The files that were written or deleted.
    files: Vec<FileChange>,
    /// The files of the catalog that a person wrote, which stay.
    kept: Vec<String>,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if the catalog does not exist, or another catalog cannot be generated. Nothing was
/// written then.
pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Status> {
    pin::require(context)?;
    let _lock = ProjectLock::for_project(LockMode::Write, "remove", context)?;
    let text = disk::read(&context.workspace.path(CONFIG))?;
    let before = Config::parse(&text)?;
    let removed = before.named(std::slice::from_ref(&arguments.name))?;
    let text = remove_catalog(&text, &arguments.name)?;
    let config = Config::parse(&text)?;
    let mut pending = FileTree([(CONFIG.to_owned(), text)].into());
    let target = Target::find(&config, &pending, context)?;
    let is_of_server = |catalog: &CatalogConfig| catalog.source.kind() == CatalogKind::Mcp;
    let was_needed = before.catalogs.iter().any(is_of_server);
    let is_unused = was_needed && !config.catalogs.iter().any(is_of_server);
    if is_unused {
        let manifest = keep_line_ends(target.manifest_text(), |manifest| -> Result<String> {
            let mut manifest: DocumentMut = manifest.parse()?;
            drop_runtime_feature(&mut manifest, MCP_FEATURE);
            Ok(manifest.to_string())
        })?;
        pending.0.insert(target.manifest(), manifest);
    }
    let sources = Sources {
        wanted: &[],
        fetching: Fetching::Never,
        mode: Mode::Write,
        noted: Noted::Only(&[]),
    };
    let regeneration = Regeneration::prepare(&config, &sources, &pending, context)?;
    regeneration.refuse_silent(context)?;
    note_all_skipped(&regeneration.loaded, &regeneration.output.reports, context);
    let mut plan = regeneration.plan;
    let mut kept = Vec::new();
    for catalog in removed {
        plan.files.extend(deletions(catalog, &config, context)?);
        if context.workspace.path(&catalog.overlay).is_file() {
            kept.push(catalog.overlay.clone());
        }
    }
    plan.files.sort_by(|left, right| left.path.cmp(&right.path));
    regen::apply(&plan, context)?;
    let result = RemoveResult {
        exit_status: Status::Success.code(),
        catalog: arguments.name.clone(),
        files: plan.files.iter().filter_map(FileChange::of).collect(),
        kept,
    };
    match Format::of_flag(arguments.json) {
        Format::Json => context.screen.print_json(&result)?,
        Format::Text => context.screen.print(&render(&result))?,
    }
    Ok(Status::Success)
}

/// Returns the deletions of the snapshot, the lock and the tombstones, unless another catalog has the same files.
fn deletions(
    catalog: &CatalogConfig,
    left: &Config,
    context: &Context,
) -> Result<Vec<PlannedFile>> {
    let mut deletions = Vec::new();
    let files = [&catalog.snapshot, &catalog.lock].into_iter();
    for path in files.chain(&catalog.tombstones) {
        let is_used = |other: &CatalogConfig| other.snapshot == *path || other.lock == *path;
        if left.catalogs.iter().any(is_used) {
            continue;
        }
        if let Some(before) = disk::read_if_there(&context.workspace.path(path))? {
            deletions.push(PlannedFile {
                path: path.clone(),
                action: Action::Delete,
                before: Some(before),
                after: None,
            });
        }
    }
    Ok(deletions)
}

fn render(result: &RemoveResult) -> String {
    let mut text = String::new();
    for file in &result.files {
        let style = match file.action {
            Action::Create => SUCCESS,
            Action::Delete => FAILURE,
            Action::Update | Action::Keep => WARNING,
        };
        let verb = paint(style, file.past_verb());
        push_line(&mut text, &format!("  {verb}  {}", file.path));
    }
    for path in &result.kept {
        let kept = paint(WARNING, "kept");
        push_line(
            &mut text,
            &format!("  {kept}     {path}  (written by hand; delete it if you no longer need it)"),
        );
    }
    let name = paint(NAME, &result.catalog);
    push_line(&mut text, "");
    push_line(
        &mut text,
        &format!("{} removed {name}", paint(SUCCESS, "ok:")),
    );
    text
}
