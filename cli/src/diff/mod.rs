//! `diff`: what a change of a catalog does to programs.

mod accept;
mod advice;
mod annotations;
mod changelog;
mod describe;
mod group;
mod locate;
mod markdown;
mod result;
mod sarif;
mod side;
mod text;
mod visible;
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use jiff::Span;
use jiff::civil::Date;
use toolsmith_codegen::CatalogInput;
use toolsmith_codegen::diff::{Change, Grade, compare, compare_with_nothing};
use toolsmith_codegen::options::{Enums, Selection};
use toolsmith_codegen::write::FileTree;

use self::accept::Accepted;
use self::locate::{locate, read_sources, read_tool_lines, sources_of};
use self::result::{CatalogDiff, ChangeResult, CodeLocation, DiffResult};
pub(crate) use self::side::Side;
use self::side::load_side;
use crate::config::{CatalogConfig, Config};
use crate::context::Context;
use crate::disk;
use crate::status::Status;
use crate::target::Target;

/// The file of accepted changes that is read if it exists.
const ACCEPTED: &str = "toolsmith.accept.toml";

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
    let wanted = config.named(&request.catalogs)?;
    require_one_catalog(request, &wanted)?;
    let before = load_side(&request.before, &config, &wanted, context)?;
    let after = load_side(&request.after, &config, &wanted, context)?;
    let mut catalogs = compare_catalogs(&wanted, &before, &after, config.project.enums, context)?;
    let target = Target::find(&config, &FileTree::default(), context)?;
    locate_changes(&mut catalogs, &wanted, &target, context);
    let stale = accept_changes(&mut catalogs, request, context)?;
    let sides = [&request.before, &request.after].map(ToString::to_string);
    let mut result = DiffResult::new(&sides[0], &sides[1], catalogs, version_of(&target));
    result.stale = stale;
    let status = judge(&result, request.fail_on);
    result.exit_status = status.code();
    print(&result, request.form, context)?;
    if request.form != Form::Json {
        for line in &result.stale {
            context.screen.note(line);
        }
    }
    if let Some(path) = &request.changelog {
        changelog::add_entry(path, &markdown::render_changelog(&result))?;
    }
    Ok(status)
}

/// Finds fault with changes of the grade that are not accepted, and with stale entries of accepted ones.
fn judge(result: &DiffResult, fail_on: Option<Grade>) -> Status {
    let fails = |change: &ChangeResult| {
        let is_bad = fail_on.is_some_and(|least| change.grade >= least);
        is_bad && change.accepted.is_none()
    };
    let has_failed = result.changes().any(|(_, change)| fails(change));
    if has_failed || !result.stale.is_empty() {
        Status::Findings
    } else {
        Status::Success
    }
}

/// A file holds the tools of one catalog.
fn require_one_catalog(request: &Request, wanted: &[&CatalogConfig]) -> Result<()> {
    for side in [&request.before, &request.after] {
        if let (Side::File(file), [_, _, ..]) = (side, wanted) {
            bail!(
                "`{file}` is one catalog and the project has {}; choose one with --catalog",
                wanted.len()
            );
        }
    }
    Ok(())
}

fn compare_catalogs(
    wanted: &[&CatalogConfig],
    before: &[Option<CatalogInput>],
    after: &[Option<CatalogInput>],
    enums: Enums,
    context: &Context,
) -> Result<Vec<CatalogDiff>> {
    let mut catalogs = Vec::new();
    for ((catalog, before), after) in wanted.iter().zip(before).zip(after) {
        let changes = match (before, after) {
            (Some(before), Some(after)) => {
                compare_leniently(&catalog.name, before, after, enums, context)?
            }
            // Every tool of a catalog that one side does not have is removed or added.
            (Some(only), None) => compare_with_nothing(only, false)?,
            (None, Some(only)) => compare_with_nothing(only, true)?,
            (None, None) => continue,
        };
        catalogs.push(CatalogDiff {
            name: catalog.name.clone(),
            changes: changes.into_iter().map(ChangeResult::from).collect(),
        });
    }
    Ok(catalogs)
}

/// Compares two catalogs. A selection or an overlay that applies to one side alone is left out on both.
fn compare_leniently(
    name: &str,
    before: &CatalogInput,
    after: &CatalogInput,
    enums: Enums,
    context: &Context,
) -> Result<Vec<Change>> {
    let problem = match compare(before, after, enums) {
        Ok(changes) => return Ok(changes),
        Err(problem) => problem,
    };
    let unselected = |input: &CatalogInput| CatalogInput {
        selection: Selection::default(),
        ..input.clone()
    };
    let plain = |input: &CatalogInput| CatalogInput {
        overlay: None,
        ..unselected(input)
    };
    for (before, after, left_out) in [
        (unselected(before), unselected(after), "selection"),
        (plain(before), plain(after), "selection and overlay"),
    ] {
        if let Ok(changes) = compare(&before, &after, enums) {
            context.screen.note(&format!(
                "{name}: compared without {left_out}, which does not apply to both sides: {problem}"
            ));
            return Ok(changes);
        }
    }
    Err(problem.into())
}

/// Returns the version in the manifest of the generated crate.
fn version_of(target: &Target) -> Option<String> {
    let manifest: toml::Table = target.manifest_text().parse().ok()?;
    let version = manifest.get("package")?.get("version")?;
    version.as_str().map(str::to_owned)
}

/// Finds the lines of the generated code that the changes are about, or else those of the tools in the
/// snapshots.
fn locate_changes(
    catalogs: &mut [CatalogDiff],
    wanted: &[&CatalogConfig],
    target: &Target,
    context: &Context,
) {
    let folder = target.sources();
    let sources = read_sources(context.root(), &folder);
    let prefix = repository_prefix(context.root());
    for catalog in catalogs {
        let Some(config) = wanted.iter().find(|config| config.name == catalog.name) else {
            continue;
        };
        let sources = sources_of(&catalog.name, &folder, &sources);
        // A change without a snapshot in the working tree is about its first line.
        let snapshot = disk::read_if_there(&context.workspace.path(&config.snapshot));
        let snapshot = snapshot.ok().flatten().unwrap_or_default();
        let lines = read_tool_lines(&snapshot);
        for change in &mut catalog.changes {
            let code = change.rust.as_ref().and_then(|rust| locate(rust, &sources));
            let mut location = code.unwrap_or_else(|| CodeLocation {
                file: config.snapshot.clone(),
                line: lines.get(&change.tool).copied().unwrap_or(1),
            });
            location.file.insert_str(0, &prefix);
            change.location = Some(location);
        }
    }
}

/// Returns the path of the project from the root of its repository, with a slash at the end. Empty at the
/// root and outside a repository.
fn repository_prefix(root: &Path) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["rev-parse", "--show-prefix"])
        .output();
    match output {
        Ok(output) if output.status.success() => {
            let prefix = String::from_utf8_lossy(&output.stdout);
            prefix.trim_end_matches(['\r', '\n']).to_owned()
        }
        _ => String::new(),
    }
}

/// Marks the accepted changes, and returns a sentence about each entry that no longer applies.
fn accept_changes(
    catalogs: &mut [CatalogDiff],
    request: &Request,
    context: &Context,
) -> Result<Vec<String>> {
    let usual = context.workspace.path(ACCEPTED);
    let path: &Path = request.accepted.as_deref().unwrap_or(&usual);
    let text = match (disk::read_if_there(path)?, &request.accepted) {
        (Some(text), _) => text,
        (None, Some(path)) => bail!("{} does not exist", path.display()),
        (None, None) => return Ok(Vec::new()),
    };
    let accepted: Accepted = toml::from_str(&text)
        .with_context(|| format!("{} is not a list of accepted changes", path.display()))?;
    let is_complete = request.catalogs.is_empty();
    let stale = accepted.apply(catalogs, is_complete, today()?);
    let file = path.display();
    Ok(stale
        .into_iter()
        .map(|line| format!("{file}: {line}"))
        .collect())
}

/// Returns the day in UTC.
fn today() -> Result<Date> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let days = i64::try_from(since.as_secs() / 86_400)?;
    let epoch = jiff::civil::date(1970, 1, 1);
    Ok(epoch.checked_add(Span::new().try_days(days)?)?)
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
