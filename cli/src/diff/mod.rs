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
mod words;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use jiff::Span;
use jiff::civil::Date;
use toolsmith_codegen::CatalogInput;
use toolsmith_codegen::diff::{Grade, compare};
use toolsmith_codegen::write::FileTree;

use self::accept::Accepted;
use self::locate::{locate, read_sources};
use self::result::{CatalogDiff, ChangeResult, DiffResult};
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
/// Returns an error if a side cannot be read, fetched or lowered, or if an accepted change does not
/// exist.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Status> {
    let config = Config::load(&context.workspace)?;
    let wanted = config.named(&request.catalogs)?;
    require_one_catalog(request, &wanted)?;
    let before = load_side(&request.before, &config, &wanted, context)?;
    let after = load_side(&request.after, &config, &wanted, context)?;
    let mut catalogs = compare_catalogs(&wanted, &before, &after, context)?;
    locate_changes(&mut catalogs, &config, context)?;
    let stale = accept_changes(&mut catalogs, request, context)?;
    let sides = [&request.before, &request.after].map(ToString::to_string);
    let result = DiffResult::new(&sides[0], &sides[1], catalogs);
    if let Some(path) = &request.changelog {
        changelog::add_entry(path, &markdown::render_changelog(&result))?;
    }
    print(&result, request.form, context)?;
    if !stale.is_empty() {
        bail!("{}", stale.join("\n"));
    }
    let fails = |change: &ChangeResult| {
        let is_bad = request.fail_on.is_some_and(|least| change.grade >= least);
        is_bad && change.accepted.is_none()
    };
    let has_failed = result.changes().any(|(_, change)| fails(change));
    Ok(if has_failed {
        Status::Findings
    } else {
        Status::Success
    })
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
    context: &Context,
) -> Result<Vec<CatalogDiff>> {
    let mut catalogs = Vec::new();
    for ((catalog, before), after) in wanted.iter().zip(before).zip(after) {
        let (Some(before), Some(after)) = (before, after) else {
            let side = if before.is_none() { "older" } else { "newer" };
            let name = &catalog.name;
            context.screen.note(&format!(
                "{name}: the {side} side does not have this catalog"
            ));
            continue;
        };
        let changes = compare(before, after)?;
        catalogs.push(CatalogDiff {
            name: catalog.name.clone(),
            changes: changes.into_iter().map(ChangeResult::from).collect(),
        });
    }
    Ok(catalogs)
}

/// Finds the lines of the generated code that the changes are about.
fn locate_changes(catalogs: &mut [CatalogDiff], config: &Config, context: &Context) -> Result<()> {
    let target = Target::find(config, &FileTree::default(), context)?;
    let sources = read_sources(context.root(), &target.sources());
    let changes = catalogs.iter_mut().flat_map(|catalog| &mut catalog.changes);
    for change in changes {
        change.location = change.rust.as_ref().and_then(|rust| locate(rust, &sources));
    }
    Ok(())
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
    let changes = catalogs.iter_mut().flat_map(|catalog| &mut catalog.changes);
    let stale = accepted.apply(changes, today()?);
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
