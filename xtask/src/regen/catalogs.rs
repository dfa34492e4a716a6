//! The catalogs of a run: from the account or from the snapshot, in canonical form, with their
//! overlay and lock.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use toolsmith_codegen::{CatalogChange, Document, Input, Options, canonicalize, compare};

use super::{Fetching, Mode, Request};
use crate::config::{BASE_URL_VARIABLE, CatalogConfig, Config};
use crate::disk;
use crate::environment::Environment;
use crate::fetch::{self, Access, Limits, Missing, Watcher};
use crate::screen::style::{CARE, STRONG, paint};
use crate::screen::{Progress, Screen};
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
    pub(crate) input: Input,
    /// Where its text comes from.
    pub(crate) origin: Origin,
    /// How the account's catalog differs from the snapshot; empty if nothing was fetched.
    pub(crate) changes: Vec<CatalogChange>,
    /// Whether the account's catalog differs from the snapshot in any way.
    pub(crate) has_drifted: bool,
}

/// Where the text of a catalog comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The account was asked.
    Account,
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

fn fetch_if_asked(
    catalog: &CatalogConfig,
    request: &Request,
    sources: &Sources<'_>,
) -> Result<(Option<Document>, Origin)> {
    // A check of the code needs no account, and no connection slows it down unasked.
    let stays = request.mode == Mode::Check && request.fetching == Fetching::IfPossible;
    if stays || request.fetching == Fetching::Never {
        return Ok((None, Origin::Snapshot));
    }
    let access = match Access::find(catalog, sources.environment)? {
        Ok(access) => access,
        Err(missing) if request.fetching == Fetching::Always => {
            return Err(cannot_fetch(catalog, &missing));
        }
        Err(missing) => {
            sources.screen.note(&format!(
                "{}: uses the snapshot, because {}",
                paint(STRONG, &catalog.name),
                not_set(&missing.variables)
            ));
            return Ok((None, Origin::Unset(missing.variables)));
        }
    };
    let what = format!("fetching {} from {}", catalog.name, access.server());
    let watcher = OnScreen {
        progress: sources.screen.progress(&what),
        screen: sources.screen,
    };
    let document = fetch::fetch(&access, Limits::default(), &watcher)?;
    Ok((Some(document), Origin::Account))
}

fn cannot_fetch(catalog: &CatalogConfig, missing: &Missing) -> anyhow::Error {
    anyhow!(
        "cannot fetch `{}`: {}; set what is missing, or leave --fetch out to use the snapshot",
        catalog.name,
        not_set(&missing.variables)
    )
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
    fetched: Option<Document>,
    origin: Origin,
    mode: Mode,
    workspace: &Workspace,
) -> Result<Loaded> {
    let document = |file: &str| -> Result<Option<Document>> {
        let text = disk::read_if_there(&workspace.path(file))?;
        Ok(text.map(|text| Document {
            file: file.to_owned(),
            text,
        }))
    };
    let before = match document(&catalog.snapshot)? {
        Some(snapshot) => Some(canonical(catalog, &snapshot)?),
        None => None,
    };
    let after = match fetched {
        Some(fetched) => Some(canonical(catalog, &fetched)?),
        None => None,
    };
    let has_drifted = after.is_some() && after != before;
    let changes = match (&before, &after) {
        (Some(before), Some(after)) => compare(catalog.kind, before, after)?,
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
        input: Input {
            name: catalog.name.clone(),
            kind: catalog.kind,
            snapshot,
            overlay: document(&catalog.overlay)?,
            lock: document(&catalog.lock)?,
            base_url: catalog.base_url.clone(),
            base_url_variable: BASE_URL_VARIABLE.to_owned(),
            token_variables: catalog.token_variables.clone(),
            account_variable: catalog.account_variable.clone(),
            identifiers: catalog.identifiers,
        },
        origin,
        changes,
        has_drifted,
    })
}

fn no_snapshot(catalog: &CatalogConfig, mode: Mode) -> String {
    let variables: Vec<&str> = catalog
        .token_variables
        .first()
        .into_iter()
        .chain([&catalog.account_variable])
        .map(String::as_str)
        .collect();
    let what = match mode {
        Mode::Write => "set",
        Mode::Check => "there is nothing to check; set",
    };
    format!(
        "catalog `{}` has no snapshot yet ({}): {what} {} and run {} --fetch",
        catalog.name,
        catalog.snapshot,
        variables.join(" and "),
        Options::default().command
    )
}

/// The snapshot that a text gives. From here on it bears the name of the file that it will be.
fn canonical(catalog: &CatalogConfig, document: &Document) -> Result<Document> {
    Ok(Document {
        file: catalog.snapshot.clone(),
        text: canonicalize(catalog.kind, document)?,
    })
}

/// Shows how a fetch goes.
struct OnScreen {
    progress: Progress,
    screen: Screen,
}

impl Watcher for OnScreen {
    fn received(&self, bytes: u64) {
        self.progress.received(bytes);
    }

    fn waits(&self, wait: Duration) {
        let seconds = wait.as_secs_f64();
        let text = format!(
            "too many requests: the server asks to wait {seconds:.1} s; trying once more then"
        );
        self.progress
            .aside(|| self.screen.note(&paint(CARE, &text)));
    }
}
