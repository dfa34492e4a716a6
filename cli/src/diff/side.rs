//! The sides of a comparison: a file, a revision of git, the live catalog, or the working tree.

use std::fmt::{Display, Formatter};
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};
use toolsmith_codegen::snapshot::update;
use toolsmith_codegen::{CatalogInput, SourceText};

use crate::catalogs::{self, Fetching, LoadedCatalog, Mode};
use crate::config::{CatalogConfig, Config};
use crate::context::Context;
use crate::disk;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Side {
    /// The files of the project.
    WorkingTree,
    /// The account, the server or the file of the catalog.
    Live,
    /// A revision of git: `HEAD~1`.
    Revision(String),
    /// The file of a catalog.
    File(String),
}

impl FromStr for Side {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix("git:") {
            Some(revision) => Self::Revision(revision.to_owned()),
            None if text == "live" => Self::Live,
            None => Self::File(text.to_owned()),
        })
    }
}

impl Display for Side {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WorkingTree => formatter.write_str("working tree"),
            Self::Live => formatter.write_str("live"),
            Self::Revision(name) | Self::File(name) => formatter.write_str(name),
        }
    }
}

/// The catalogs of one side, in the order of the configuration. `None` for a catalog that this side does
/// not have.
pub(super) fn load_side(
    side: &Side,
    config: &Config,
    wanted: &[&CatalogConfig],
    context: &Context,
) -> Result<Vec<Option<CatalogInput>>> {
    let fetching = match side {
        Side::Live => Fetching::Always,
        _ => Fetching::Never,
    };
    let loaded = catalogs::load(config, wanted, fetching, Mode::Write, context)?;
    let find = |catalog: &&CatalogConfig| {
        let mut loaded = loaded.iter();
        loaded.find(|loaded| loaded.input.name == catalog.name)
    };
    let mut inputs = Vec::new();
    for catalog in wanted {
        let Some(LoadedCatalog { input, .. }) = find(catalog) else {
            continue;
        };
        inputs.push(match side {
            Side::WorkingTree | Side::Live => Some(input.clone()),
            Side::Revision(revision) => at_revision(revision, catalog, input, context)?,
            Side::File(file) => Some(from_file(file, catalog, input, context)?),
        });
    }
    Ok(inputs)
}

/// Returns the catalog as a revision has it, with its overlay and its lock.
fn at_revision(
    revision: &str,
    catalog: &CatalogConfig,
    input: &CatalogInput,
    context: &Context,
) -> Result<Option<CatalogInput>> {
    let Some(snapshot) = read_revision(revision, &catalog.snapshot, context)? else {
        return Ok(None);
    };
    Ok(Some(CatalogInput {
        snapshot: canonical(catalog, &snapshot, context)?,
        overlay: read_revision(revision, &catalog.overlay, context)?,
        lock: read_revision(revision, &catalog.lock, context)?,
        ..input.clone()
    }))
}

/// Returns the catalog with the tools of a file.
fn from_file(
    file: &str,
    catalog: &CatalogConfig,
    input: &CatalogInput,
    context: &Context,
) -> Result<CatalogInput> {
    let document = disk::read_catalog(file.as_ref())?;
    Ok(CatalogInput {
        snapshot: canonical(catalog, &document, context)?,
        ..input.clone()
    })
}

fn canonical(
    catalog: &CatalogConfig,
    document: &SourceText,
    context: &Context,
) -> Result<SourceText> {
    let unreadable = context.unreadable_of(catalog);
    let snapshot = update(catalog.source.kind(), unreadable, None, document)?;
    Ok(SourceText {
        file: document.file.clone(),
        text: snapshot.text,
    })
}

/// Reads a file of the project as a revision has it. Returns `None` if the revision does not have it.
fn read_revision(revision: &str, file: &str, context: &Context) -> Result<Option<SourceText>> {
    let git = |arguments: &[&str]| {
        Command::new("git")
            .arg("-C")
            .arg(context.root())
            .args(arguments)
            .output()
            .context("cannot run git; compare two files instead, or install git")
    };
    let commit = format!("{revision}^{{commit}}");
    let known = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &commit,
    ])?;
    if !known.status.success() {
        bail!(
            "git has no revision `{revision}` in {}",
            context.root().display()
        );
    }
    let place = format!("{revision}:./{file}");
    if !git(&["cat-file", "-e", &place])?.status.success() {
        return Ok(None);
    }
    let shown = git(&["show", "--end-of-options", &place])?;
    if !shown.status.success() {
        let problem = String::from_utf8_lossy(&shown.stderr).trim().to_owned();
        bail!("git cannot show {place}: {problem}");
    }
    let text = String::from_utf8(shown.stdout);
    let text = text.with_context(|| format!("{place} is not UTF-8"))?;
    Ok(Some(SourceText { file: place, text }))
}
