//! `diff`: what a change of a catalog does to programs.

mod accept;
mod advice;
mod annotations;
mod changelog;
mod compare;
mod describe;
mod group;
mod level;
mod locate;
mod markdown;
mod result;
mod sarif;
mod side;
mod text;
mod words;

use std::path::PathBuf;

use anyhow::Result;
use toolsmith_codegen::diff::Grade;
use toolsmith_codegen::options::UnreadableTools;
use toolsmith_codegen::snapshot::skipped_tools;
use toolsmith_codegen::write::FileTree;

pub(crate) use self::accept::{ACCEPTED, Accepted, today};
pub(crate) use self::compare::compare_catalog;
use self::compare::compare_pair;
#[cfg(feature = "page")]
pub(crate) use self::compare::compare_side;
pub(crate) use self::describe::described;
use self::locate::{TypeLines, read_sources, read_tool_lines, sources_of};
pub(crate) use self::result::{CatalogDiff, ChangeResult, RustResult};
use self::result::{CodeLocation, DiffResult};
pub(crate) use self::side::Side;
use self::side::{CatalogPair, load_side, pair_catalogs};
#[cfg(feature = "page")]
pub(crate) use self::side::{SideCatalog, load_revision};
#[cfg(feature = "page")]
pub(crate) use self::text::describe_change;
pub(crate) use self::text::{render_change, render_changes};
use crate::config::Config;
use crate::context::Context;
use crate::findings::skipped::{SkippedResult, note_skipped};
use crate::project::CargoProject;
use crate::project::target::Target;
use crate::status::Status;
use crate::system::{disk, git};

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// Text for a terminal
    Text,
    /// Markdown for a pull request
    Markdown,
    /// JSON for programs
    Json,
    /// Annotations of GitHub on the lines of the generated code
    Github,
    /// SARIF 2.1.0 for code scanners
    Sarif,
}

/// The arguments of `diff`.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) before: Side,
    pub(crate) after: Side,
    /// The catalogs; empty for all.
    pub(crate) catalogs: Vec<String>,
    pub(crate) form: Form,
    /// The least severe grade at which the command fails.
    pub(crate) fail_on: Option<Grade>,
    /// The file of accepted changes, if it is not the usual one.
    pub(crate) accepted: Option<PathBuf>,
    /// The changelog that gets an entry.
    pub(crate) changelog: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if a side cannot be read, fetched or lowered, or if the file of accepted changes is
/// not valid.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let config = Config::load(&context.workspace)?;
    let pairs = load_pairs(request, &config, context)?;
    for pair in &pairs {
        note_skipped(pair.name(), &skipped_of(pair)?, context.screen);
    }
    let mut catalogs = Vec::new();
    for pair in &pairs {
        catalogs.extend(compare_pair(pair, config.project.enums, context)?);
    }
    let target = Target::find(&config, &FileTree::default(), context)?;
    locate_changes(&mut catalogs, &pairs, &target, context);
    let accepted = Accepted::load(request.accepted.as_deref(), context)?;
    let is_complete = request.catalogs.is_empty();
    let stale = accepted.apply(&mut catalogs, is_complete, today()?, context);
    let sides = [&request.before, &request.after].map(ToString::to_string);
    let mut result = DiffResult::new(&sides[0], &sides[1], catalogs, version_of(&target, context));
    let complaints = stale.iter().map(|entry| entry.complaint.clone());
    result.stale = complaints.collect();
    result.stale_entries = stale;
    let status = judge(&result, request.fail_on);
    result.exit_status = status.code();
    print(&result, request.form, context)?;
    if request.form != Form::Json {
        for line in &result.stale {
            context.screen.note(line);
        }
    }
    if let Some(path) = &request.changelog {
        let entry = markdown::render_changelog(&result);
        if changelog::add_entry(path, &entry)? {
            let note = format!("the changes were added to {}", path.display());
            context.screen.note(&note);
        }
    }
    Ok(status)
}

/// Returns the tools of both sides that cannot be read and are skipped.
fn skipped_of(pair: &CatalogPair) -> Result<Vec<SkippedResult>> {
    let mut found = Vec::new();
    let sides = [&pair.before, &pair.after].into_iter().flatten();
    for side in sides.filter(|side| side.input.unreadable == UnreadableTools::Skipped) {
        for entry in SkippedResult::collect(&skipped_tools(&side.input)?) {
            if !found.contains(&entry) {
                found.push(entry);
            }
        }
    }
    Ok(found)
}

/// Loads the catalogs of both sides. A catalog that only one side has may be named as well.
fn load_pairs(request: &Request, config: &Config, context: &Context) -> Result<Vec<CatalogPair>> {
    let is_known = |name: &&String| config.named(std::slice::from_ref(*name)).is_ok();
    let known: Vec<String> = request.catalogs.iter().filter(is_known).cloned().collect();
    let wanted = match (known.as_slice(), request.catalogs.as_slice()) {
        // None of the names: nothing of the project is wanted.
        ([], [_, ..]) => Vec::new(),
        (known, _) => config.named(known)?,
    };
    let before = load_side(&request.before, config, &wanted, context)?;
    let after = load_side(&request.after, config, &wanted, context)?;
    let is_in_file = [&request.before, &request.after]
        .iter()
        .any(|side| matches!(side, Side::File(_)));
    let names: Vec<String> = match wanted.as_slice() {
        // The other catalogs of a revision are not in a file.
        [only] if is_in_file => vec![only.name.clone()],
        _ => request.catalogs.clone(),
    };
    let pairs = pair_catalogs(before, after, &names);
    for name in &request.catalogs {
        if !pairs.iter().any(|pair| pair.has_name(name)) {
            config.named(std::slice::from_ref(name))?;
        }
    }
    Ok(pairs)
}

/// Finds fault with changes of the grade and refused texts that are not accepted, and with stale entries of
/// accepted ones.
fn judge(result: &DiffResult, fail_on: Option<Grade>) -> Status {
    let fails = |change: &ChangeResult| {
        let is_bad = fail_on.is_some_and(|least| change.grade >= least || change.is_refused());
        is_bad && change.accepted.is_none()
    };
    let has_failed = result.changes().any(|(_, change)| fails(change));
    if has_failed || !result.stale.is_empty() {
        Status::Findings
    } else {
        Status::Success
    }
}

/// Returns the version of the generated crate, which it may inherit from its workspace.
pub(crate) fn version_of(target: &Target, context: &Context) -> Option<String> {
    let manifest: toml::Table = target.manifest_text().parse().ok()?;
    let version = manifest.get("package")?.get("version")?;
    if let Some(version) = version.as_str() {
        return Some(version.to_owned());
    }
    let manifest = context.workspace.path(&target.manifest());
    let project = CargoProject::find(manifest.parent()?).ok()??;
    let version = project.workspace?.workspace_version()?.to_owned();
    Some(version)
}

/// Finds the lines of the generated code that the changes are about, or else those of the tools in the
/// snapshots.
fn locate_changes(
    catalogs: &mut [CatalogDiff],
    pairs: &[CatalogPair],
    target: &Target,
    context: &Context,
) {
    let folder = target.sources();
    let sources = read_sources(context.root(), &folder);
    let prefix = git::prefix(context.root());
    for catalog in catalogs {
        let Some(config) = pairs.iter().find_map(|pair| pair.config(&catalog.name)) else {
            continue;
        };
        let sources = sources_of(&catalog.name, &folder, &sources);
        let types = TypeLines::of(&sources);
        // A change without a snapshot in the working tree is about its first line.
        let snapshot = disk::read_if_there(&context.workspace.path(&config.snapshot));
        let snapshot = snapshot.ok().flatten().unwrap_or_default();
        let lines = read_tool_lines(&snapshot);
        for change in &mut catalog.changes {
            let code = change.rust.as_ref().and_then(|rust| types.locate(rust));
            let mut location = code.unwrap_or_else(|| CodeLocation {
                file: config.snapshot.clone(),
                line: lines.get(&change.tool).copied().unwrap_or(1),
            });
            location.file.insert_str(0, &prefix);
            change.location = Some(location);
        }
    }
}

fn print(result: &DiffResult, form: Form, context: &Context) -> Result<()> {
    match form {
        Form::Text => context.screen.print(&text::render_text(result)),
        Form::Markdown => context.screen.print(&markdown::render_markdown(result)),
        Form::Json => context.screen.print_json(result),
        Form::Github => context
            .screen
            .print(&annotations::render_annotations(result)),
        Form::Sarif => context.screen.print_json(&sarif::to_sarif(result)),
    }
}
