//! The catalogs of a project in canonical form, fetched or from their snapshots, each with its
//! overlay and lock.

mod fetching;

use anyhow::{Result, bail};
use serde::Serialize;
use toolsmith_codegen::options::Layout;
use toolsmith_codegen::report::{Report, SkippedEntry};
use toolsmith_codegen::snapshot::{Snapshot, update};
use toolsmith_codegen::{
    CatalogInput, Diagnostic, Diagnostics, Options, SourceLocation, SourceText, generate,
};

pub(crate) use self::fetching::{fetch_account, variables_of};
use self::fetching::{fetch_all, no_snapshot};
use crate::config::{CatalogConfig, Config};
use crate::context::Context;
use crate::fetch::Fetched;
use crate::findings::skipped::{SkippedResult, note_skipped};
use crate::screen::style::{HEADING, NAME, paint};
use crate::system::disk;
use crate::workspace::CONFIG;

/// The source of the catalogs of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fetching {
    /// Their accounts, servers and files if the variables are set, otherwise the snapshots.
    IfPossible,
    /// The snapshots.
    Never,
    /// Their accounts, servers and files.
    Always,
}

/// The purpose of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// The result is written.
    Write,
    /// The result is compared with the files on disk.
    Check,
}

/// One catalog, ready to generate from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoadedCatalog {
    /// The input of the generator.
    pub(crate) input: CatalogInput,
    /// The file of the overlay, which may not exist.
    pub(crate) overlay: String,
    /// The file of the lock, which may not exist.
    pub(crate) lock: String,
    /// The source of its text.
    pub(crate) origin: Origin,
    /// The snapshot and the fetched catalog, if they differ in any way.
    pub(crate) drift: Option<Drift>,
    /// Facts about the source that a person should know, such as an account that has to be reconnected.
    pub(crate) notes: Vec<String>,
    /// The document that the snapshot is made of, if it is a file whose text differs.
    pub(crate) given: Option<SourceText>,
    /// Notes on parts of the fetched catalog that were normalized.
    pub(crate) remarks: Vec<Diagnostic>,
    /// The entries that are not valid JSON and were skipped.
    pub(crate) skipped: Vec<SkippedEntry>,
    /// The entries of the fetched catalog that are not functions.
    pub(crate) not_functions: Vec<SkippedEntry>,
}

/// A fetched catalog that differs from the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drift {
    /// The snapshot, if there is one.
    pub(crate) before: Option<SourceText>,
    /// The fetched catalog in the form of a snapshot.
    pub(crate) after: SourceText,
}

/// The source of the text of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was fetched from an `account`, a `server` or a `file`.
    Fetched(&'static str),
    /// The snapshot, as requested.
    Snapshot,
    /// The snapshot, because these variables are not set.
    Unset(Vec<String>),
}

/// Notes that a project has no catalogs, so that a person does not wonder about an empty result.
pub(crate) fn note_absence(config: &Config, context: &Context) {
    if config.catalogs.is_empty() {
        let command = context.program.command("add --help");
        context.screen.note(&format!(
            "{CONFIG} has no catalogs yet; {} shows how to add one",
            paint(NAME, &command)
        ));
    }
}

/// Notes the tools of every catalog that were skipped, for a command whose result has another subject.
pub(crate) fn note_all_skipped(loaded: &[LoadedCatalog], reports: &[Report], context: &Context) {
    for (loaded, report) in loaded.iter().zip(reports) {
        let skipped = SkippedResult::collect(loaded.skipped.iter().chain(&report.skipped));
        note_skipped(&report.catalog, &skipped, context.screen);
    }
}

/// Reads the snapshots of the catalogs in `wanted`. Nothing is fetched.
///
/// # Errors
///
/// Returns an error if a file cannot be read, or if a snapshot is not a catalog.
pub(crate) fn load_snapshots(
    wanted: &[&CatalogConfig],
    config: &Config,
    context: &Context,
) -> Result<Vec<LoadedCatalog>> {
    note_absence(config, context);
    let load =
        |catalog: &&CatalogConfig| load_one(catalog, None, Origin::Snapshot, Mode::Write, context);
    wanted.iter().map(load).collect()
}

/// Returns the catalogs that have a snapshot, or all if none has one.
pub(crate) fn with_snapshots<'c>(config: &'c Config, context: &Context) -> Vec<&'c CatalogConfig> {
    let is_there = |catalog: &&CatalogConfig| {
        let path = context.workspace.path(&catalog.snapshot);
        path.exists()
    };
    let (found, absent): (Vec<_>, Vec<_>) = config.catalogs.iter().partition(is_there);
    if found.is_empty() {
        return absent;
    }
    for catalog in absent {
        let problem = no_snapshot(catalog, context);
        context.screen.note(&format!("not searched: {problem}"));
    }
    found
}

/// Loads every catalog. Those in `wanted` are fetched if `fetching` says so.
///
/// # Errors
///
/// Returns an error if a catalog cannot be fetched or read.
pub(crate) fn load(
    config: &Config,
    wanted: &[&CatalogConfig],
    fetching: Fetching,
    mode: Mode,
    context: &Context,
) -> Result<Vec<LoadedCatalog>> {
    let fetched = fetch_all(&config.catalogs, wanted, fetching, mode, context)?;
    let mut loaded = Vec::new();
    for (catalog, (fetched, origin)) in config.catalogs.iter().zip(fetched) {
        loaded.push(load_one(catalog, fetched, origin, mode, context)?);
    }
    for loaded in &loaded {
        if let Origin::Unset(variables) = &loaded.origin {
            context.screen.note(&format!(
                "{}: uses the snapshot, because {}",
                paint(HEADING, &loaded.input.name),
                not_set(variables)
            ));
        }
    }
    Ok(loaded)
}

/// Formats variables: `A is not set`, `A and B are not set`.
pub(crate) fn not_set(variables: &[String]) -> String {
    match variables {
        [only] => format!("{only} is not set"),
        several => format!("{} are not set", several.join(" and ")),
    }
}

fn load_one(
    catalog: &CatalogConfig,
    fetched: Option<Fetched>,
    origin: Origin,
    mode: Mode,
    context: &Context,
) -> Result<LoadedCatalog> {
    let (fetched, notes) = match fetched {
        Some(Fetched { document, notes }) => (Some(document), notes),
        None => (None, Vec::new()),
    };
    let Snapshots {
        before,
        after,
        remarks,
        skipped,
        not_functions,
        given,
    } = read_snapshots(catalog, fetched, &origin, context)?;
    let fetched = after.as_ref().filter(|_| after != before);
    let drift = fetched.map(|after| Drift {
        before: before.clone(),
        after: after.clone(),
    });
    // A check compares the code with the committed snapshot, and the snapshot with its source.
    let [given_before, given_after] = given;
    let (snapshot, given) = match mode {
        Mode::Write if after.is_some() => (after, given_after),
        Mode::Write | Mode::Check => (before, given_before),
    };
    let Some(snapshot) = snapshot else {
        bail!(no_snapshot(catalog, context));
    };
    Ok(LoadedCatalog {
        input: input_of(catalog, snapshot, context)?,
        overlay: catalog.overlay.clone(),
        notes,
        given,
        skipped,
        not_functions,
        lock: catalog.lock.clone(),
        origin,
        drift,
        remarks,
    })
}

/// Returns the input of the generator for the tools in `snapshot`, with the other files of the catalog.
///
/// # Errors
///
/// Returns an error if a file cannot be read.
pub(crate) fn input_of(
    catalog: &CatalogConfig,
    snapshot: SourceText,
    context: &Context,
) -> Result<CatalogInput> {
    Ok(CatalogInput {
        name: catalog.name.clone(),
        snapshot,
        overlay: read_overlay(catalog, context)?,
        lock: read(&catalog.lock, context)?,
        tombstones: match &catalog.tombstones {
            Some(file) => read(file, context)?,
            None => None,
        },
        source: catalog.source.for_generator(),
        identifiers: catalog.identifiers,
        unreadable: context.unreadable_of(catalog),
        selection: catalog.selection.clone(),
    })
}

/// The snapshot of a catalog, and the fetched catalog in the same form.
#[derive(Default)]
struct Snapshots {
    before: Option<SourceText>,
    after: Option<SourceText>,
    remarks: Vec<Diagnostic>,
    skipped: Vec<SkippedEntry>,
    not_functions: Vec<SkippedEntry>,
    /// The files that `before` and `after` are made of.
    given: [Option<SourceText>; 2],
}

fn read_snapshots(
    catalog: &CatalogConfig,
    fetched: Option<SourceText>,
    origin: &Origin,
    context: &Context,
) -> Result<Snapshots> {
    let overlay = read_overlay(catalog, context)?;
    let canonical = |before: Option<&SourceText>, document: &SourceText| {
        let unreadable = context.unreadable_of(catalog);
        let kind = catalog.source.kind();
        let mut snapshot = update(kind, unreadable, before, document)?;
        if let Some(overlay) = &overlay {
            snapshot.correct_instructions(kind, &document.file, overlay)?;
        }
        Ok::<_, Diagnostics>(snapshot)
    };
    let named = |text: String| SourceText {
        file: catalog.snapshot.clone(),
        text,
    };
    let mut snapshots = Snapshots::default();
    if let Some(given) = read(&catalog.snapshot, context)? {
        let snapshot = canonical(None, &given)?;
        snapshots.given[0] = Some(given).filter(|given| given.text != snapshot.text);
        snapshots.skipped = snapshot.unreadable;
        snapshots.before = Some(named(snapshot.text));
    }
    if let Some(fetched) = fetched {
        let snapshot = canonical(snapshots.before.as_ref(), &fetched)?;
        if *origin == Origin::Fetched("file") {
            snapshots.remarks.extend(remark_order(catalog, &snapshot));
        }
        snapshots.remarks.splice(..0, snapshot.remarks);
        snapshots.skipped = snapshot.unreadable;
        snapshots.not_functions = snapshot.not_functions;
        snapshots.given[1] = Some(fetched).filter(|_| *origin == Origin::Fetched("file"));
        snapshots.after = Some(named(snapshot.text));
    }
    Ok(snapshots)
}

/// Returns the errors with places in the files that people have, in which tools may have another order than in
/// the snapshots that are made of them. A catalog of which entries were skipped keeps its errors, because its
/// file cannot be read as it is.
pub(crate) fn locate_in_given(found: &Diagnostics, loaded: &[LoadedCatalog]) -> Diagnostics {
    let mut located = Diagnostics::default();
    let mut others: Vec<Diagnostic> = found.iter().cloned().collect();
    for catalog in loaded {
        let Some(given) = catalog
            .given
            .as_ref()
            .filter(|_| catalog.skipped.is_empty())
        else {
            continue;
        };
        let file = catalog.input.snapshot.file.clone();
        let is_inside = |problem: &Diagnostic| problem.location.file == file;
        if !others.iter().any(is_inside) {
            continue;
        }
        let input = CatalogInput {
            snapshot: given.clone(),
            ..catalog.input.clone()
        };
        // The name of the catalog has been checked.
        let options = Options {
            layout: Layout::Root,
            ..Options::default()
        };
        if let Err(found) = generate(&[input], &options) {
            let found = found.iter().filter(|it| it.location.file == given.file);
            let found: Vec<Diagnostic> = found.cloned().collect();
            if !found.is_empty() {
                others.retain(|problem| !is_inside(problem));
            }
            for problem in found {
                located.push(problem);
            }
        }
    }
    for problem in others {
        located.push(problem);
    }
    located
}

/// Reads a file of the project, if it exists.
fn read(file: &str, context: &Context) -> Result<Option<SourceText>> {
    let text = disk::read_if_there(&context.workspace.path(file))?;
    Ok(text.map(|text| SourceText {
        file: file.to_owned(),
        text,
    }))
}

/// Reads the overlay of a catalog, if there is one. It has to exist if the configuration names it.
fn read_overlay(catalog: &CatalogConfig, context: &Context) -> Result<Option<SourceText>> {
    let overlay = read(&catalog.overlay, context)?;
    if overlay.is_none() && catalog.is_overlay_named {
        bail!(
            "{CONFIG}: the overlay of catalog `{}`, {}, does not exist; correct the path, or remove the key \
             `overlay`",
            catalog.name,
            catalog.overlay
        );
    }
    Ok(overlay)
}

/// Returns the remark on a file whose order differs from that of the snapshot. Unlike a server, its
/// author may expect the new order to be taken.
fn remark_order(catalog: &CatalogConfig, snapshot: &Snapshot) -> Option<Diagnostic> {
    let first = snapshot.reordered.first()?;
    let others = match snapshot.reordered.len() {
        1 => String::new(),
        number => format!(" and {} more", number - 1),
    };
    let location = SourceLocation {
        file: catalog.snapshot.clone(),
        ..SourceLocation::default()
    };
    let what = format!("the properties of `{first}`{others} are in another order in the file");
    let remark =
        Diagnostic::new(location, what).because("properties keep the order of the snapshot");
    Some(
        remark.help("to take the order of the file, delete the snapshot and run the command again"),
    )
}

#[cfg(test)]
mod tests;
