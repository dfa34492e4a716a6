//! The catalogs of a run: from where they come from or from the snapshot, in canonical form, with
//! their overlay and lock.

use anyhow::{Result, bail};
use toolsmith_codegen::{CatalogInput, Diagnostic, Options, SourceText};
use toolsmith_codegen::snapshot::CatalogChange;
use toolsmith_codegen::snapshot::{canonicalize, compare};

use super::fetching::{fetch_if_asked, variables_of};
use super::{Mode, Request};
use crate::config::{CatalogConfig, Config};
use crate::disk;
use crate::environment::Environment;
use crate::screen::Screen;
use crate::workspace::Workspace;

/// What a run works with.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    /// The project.
    pub(super) workspace: &'a Workspace,
    /// The variables.
    pub(super) environment: &'a Environment,
    /// Where to say what happens.
    pub(super) screen: Screen,
}

/// One catalog, ready to generate from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loaded {
    /// What the generator takes.
    pub(crate) input: CatalogInput,
    /// Where its text comes from.
    pub(crate) origin: Origin,
    /// How what was fetched differs from the snapshot; empty if nothing was.
    pub(crate) changes: Vec<CatalogChange>,
    /// Whether what was fetched differs from the snapshot in any way.
    pub(crate) has_drifted: bool,
    /// What of a catalog that was fetched was read otherwise than it stands there.
    pub(crate) remarks: Vec<Diagnostic>,
}

/// Where the text of a catalog comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was asked for: of an `account`, a `server`, a `file`.
    Fetched(&'static str),
    /// The snapshot, because that was asked for.
    Snapshot,
    /// The snapshot, because these variables are not set.
    Unset(Vec<String>),
}

/// Reads the snapshots of all catalogs; nothing is fetched.
///
/// # Errors
///
/// A file cannot be read, or a snapshot is no catalog.
pub(crate) fn load_snapshots(config: &Config, workspace: &Workspace) -> Result<Vec<Loaded>> {
    let load = |catalog| load_one(catalog, None, Origin::Snapshot, Mode::Write, workspace);
    config.catalogs.iter().map(load).collect()
}

/// Loads every catalog; of the wanted ones, those that are to be fetched and can be are.
pub(super) fn load(
    config: &Config,
    wanted: &[&CatalogConfig],
    request: &Request,
    sources: &Sources<'_>,
) -> Result<Vec<Loaded>> {
    let mut loaded = Vec::new();
    for catalog in &config.catalogs {
        let is_wanted = wanted.iter().any(|wanted| wanted.name == catalog.name);
        let (fetched, origin) = if is_wanted {
            fetch_if_asked(catalog, request, sources)?
        } else {
            (None, Origin::Snapshot)
        };
        loaded.push(load_one(
            catalog,
            fetched,
            origin,
            request.mode,
            sources.workspace,
        )?);
    }
    Ok(loaded)
}

/// `A is not set`, `A and B are not set`.
pub(crate) fn not_set(variables: &[String]) -> String {
    match variables {
        [only] => format!("{only} is not set"),
        several => format!("{} are not set", several.join(" and ")),
    }
}

fn load_one(
    catalog: &CatalogConfig,
    fetched: Option<SourceText>,
    origin: Origin,
    mode: Mode,
    workspace: &Workspace,
) -> Result<Loaded> {
    let document = |file: &str| -> Result<Option<SourceText>> {
        let text = disk::read_if_there(&workspace.path(file))?;
        Ok(text.map(|text| SourceText {
            file: file.to_owned(),
            text,
        }))
    };
    let before = match document(&catalog.snapshot)? {
        Some(snapshot) => Some(canonical(catalog, &snapshot)?.0),
        None => None,
    };
    let (after, remarks) = match fetched {
        Some(fetched) => {
            canonical(catalog, &fetched).map(|(text, remarks)| (Some(text), remarks))?
        }
        None => (None, Vec::new()),
    };
    let has_drifted = after.is_some() && after != before;
    let changes = match (&before, &after) {
        (Some(before), Some(after)) => compare(catalog.source.kind(), before, after)?,
        _ => Vec::new(),
    };
    // A check looks at the code against the snapshot that is checked in; the account beside it.
    let snapshot = match mode {
        Mode::Write => after.or(before),
        Mode::Check => before,
    };
    let Some(snapshot) = snapshot else {
        bail!(no_snapshot(catalog, mode));
    };
    Ok(Loaded {
        input: CatalogInput {
            name: catalog.name.clone(),
            snapshot,
            overlay: document(&catalog.overlay)?,
            lock: document(&catalog.lock)?,
            transport: catalog.source.source(),
            identifiers: catalog.identifiers,
        },
        origin,
        changes,
        has_drifted,
        remarks,
    })
}

fn no_snapshot(catalog: &CatalogConfig, mode: Mode) -> String {
    let what = match mode {
        Mode::Write => "",
        Mode::Check => "there is nothing to check; ",
    };
    let variables = variables_of(&catalog.source);
    let set = if variables.is_empty() {
        String::new()
    } else {
        format!("set {} and ", variables.join(" and "))
    };
    format!(
        "catalog `{}` has no snapshot yet ({}): {what}{set}run {} --fetch",
        catalog.name,
        catalog.snapshot,
        Options::default().command
    )
}

/// The snapshot that a text gives. From here on it bears the name of the file that it will be.
fn canonical(catalog: &CatalogConfig, document: &SourceText) -> Result<(SourceText, Vec<Diagnostic>)> {
    let snapshot = canonicalize(catalog.source.kind(), document)?;
    let document = SourceText {
        file: catalog.snapshot.clone(),
        text: snapshot.text,
    };
    Ok((document, snapshot.remarks))
}
