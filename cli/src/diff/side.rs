//! The sides of a comparison: a file, a revision of git, the live catalog, or the working tree.

use std::fmt::{Display, Formatter};
use std::path::Path;
use std::str::FromStr;

use anyhow::{Result, anyhow, bail};
use toolsmith_codegen::snapshot::update;
use toolsmith_codegen::{CatalogInput, SourceText};

use crate::catalogs::{self, Fetching, LoadedCatalog, Mode};
use crate::config::{CatalogConfig, Config};
use crate::context::Context;
use crate::findings::skipped::{SkippedResult, note_skipped};
use crate::system::disk;
use crate::system::git::Revision;
use crate::text::nearest::nearest;
use crate::workspace::CONFIG;

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
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix("git:") {
            Some("") => return Err("name a revision, such as git:HEAD"),
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

/// One catalog, as a side has it.
#[derive(Debug, Clone)]
pub(crate) struct SideCatalog {
    /// Its configuration on this side.
    pub(crate) config: CatalogConfig,
    pub(crate) input: CatalogInput,
}

/// Loads the catalogs of one side, sorted by name. Of a side that may be fetched, only those in `wanted`.
///
/// # Errors
///
/// Returns an error if a catalog cannot be read or fetched, or if git does not know the revision.
pub(super) fn load_side(
    side: &Side,
    config: &Config,
    wanted: &[&CatalogConfig],
    context: &Context,
) -> Result<Vec<SideCatalog>> {
    if let Side::Revision(given) = side {
        let revision = Revision::find(context.root(), given)?;
        return load_revision(&revision, config, context);
    }
    if let Side::File(file) = side
        && !Path::new(file).exists()
    {
        return Err(missing_file(file));
    }
    match (side, wanted) {
        // A file holds the tools of one catalog.
        (Side::File(_), []) => bail!(
            "{CONFIG} has no catalogs, and a comparison of files needs the kind of one; add it with {}",
            context.program.command("add")
        ),
        (Side::File(file), [_, _, ..]) => bail!(
            "`{file}` is one catalog and the project has {}; choose one with --catalog",
            config.catalogs.len()
        ),
        (Side::File(file), [catalog]) => return Ok(vec![from_file(file, catalog, context)?]),
        (_, []) => return Ok(Vec::new()),
        _ => {}
    }
    let fetching = match side {
        Side::Live => Fetching::Always,
        _ => Fetching::Never,
    };
    let narrowed = Config {
        catalogs: wanted.iter().map(|catalog| (*catalog).clone()).collect(),
        ..config.clone()
    };
    let wanted: Vec<&CatalogConfig> = narrowed.catalogs.iter().collect();
    let loaded = catalogs::load(&narrowed, &wanted, fetching, Mode::Write, context)?;
    let mut found = Vec::new();
    for LoadedCatalog { input, .. } in loaded {
        let mut wanted = wanted.iter();
        let Some(catalog) = wanted.find(|catalog| catalog.name == input.name) else {
            continue;
        };
        let config = (*catalog).clone();
        found.push(SideCatalog { config, input });
    }
    Ok(found)
}

/// Returns the error for a file that does not exist, which may be meant as another side.
fn missing_file(file: &str) -> anyhow::Error {
    let near = nearest(file, ["live"]);
    match near.first() {
        Some(near) => anyhow!("there is no file `{file}`; did you mean `{near}`?"),
        None => anyhow!("there is no file `{file}`; a side is a file, `git:REVISION` or `live`"),
    }
}

/// Loads the catalogs that a revision has, with its configuration, overlays and locks.
///
/// # Errors
///
/// Returns an error if git cannot read a file, or if a snapshot is not a catalog.
pub(crate) fn load_revision(
    revision: &Revision,
    config: &Config,
    context: &Context,
) -> Result<Vec<SideCatalog>> {
    let of_revision = match revision.read(CONFIG)? {
        Some(text) => {
            let parsed = Config::parse(&text.text).ok();
            if parsed.is_none() {
                context.screen.note(&format!(
                    "{}: this version cannot read it, so the catalogs are found by the {CONFIG} of the \
                     working tree",
                    text.file
                ));
            }
            parsed
        }
        // Its snapshots may be older than the configuration.
        None => None,
    };
    let config = of_revision.as_ref().unwrap_or(config);
    let mut found = Vec::new();
    for catalog in &config.catalogs {
        let Some(snapshot) = revision.read(&catalog.snapshot)? else {
            continue;
        };
        let input = CatalogInput {
            name: catalog.name.clone(),
            snapshot: canonical(catalog, &snapshot, context)?,
            overlay: revision.read(&catalog.overlay)?,
            lock: revision.read(&catalog.lock)?,
            tombstones: match &catalog.tombstones {
                Some(file) => revision.read(file)?,
                None => None,
            },
            source: catalog.source.for_generator(),
            identifiers: catalog.identifiers,
            unreadable: context.unreadable_of(catalog),
            selection: catalog.selection.clone(),
        };
        let config = catalog.clone();
        found.push(SideCatalog { config, input });
    }
    Ok(found)
}

/// Returns a catalog with the tools of a file. The catalog needs no snapshot.
fn from_file(file: &str, catalog: &CatalogConfig, context: &Context) -> Result<SideCatalog> {
    let document = disk::read_catalog(file.as_ref())?;
    let snapshot = canonical(catalog, &document, context)?;
    Ok(SideCatalog {
        config: catalog.clone(),
        input: catalogs::input_of(catalog, snapshot, context)?,
    })
}

fn canonical(
    catalog: &CatalogConfig,
    document: &SourceText,
    context: &Context,
) -> Result<SourceText> {
    let unreadable = context.unreadable_of(catalog);
    let snapshot = update(catalog.source.kind(), unreadable, None, document)?;
    let skipped = SkippedResult::collect(&snapshot.unreadable);
    note_skipped(&catalog.name, &skipped, context.screen);
    Ok(SourceText {
        file: document.file.clone(),
        text: snapshot.text,
    })
}

/// One catalog on both sides.
#[derive(Debug)]
pub(super) struct CatalogPair {
    pub(super) before: Option<SideCatalog>,
    pub(super) after: Option<SideCatalog>,
}

impl CatalogPair {
    /// Returns the name on the newer side, or else on the older one.
    pub(super) fn name(&self) -> &str {
        let side = self.after.as_ref().or(self.before.as_ref());
        side.map_or("", |side| &side.config.name)
    }

    /// Returns `true` if the catalog has this name on one of the sides.
    pub(super) fn has_name(&self, name: &str) -> bool {
        let mut sides = [&self.before, &self.after].into_iter().flatten();
        sides.any(|side| side.config.name == name)
    }

    /// Returns the configuration of the catalog with this name.
    pub(super) fn config(&self, name: &str) -> Option<&CatalogConfig> {
        let mut sides = [&self.after, &self.before].into_iter().flatten();
        let side = sides.find(|side| side.config.name == name)?;
        Some(&side.config)
    }
}

/// Finds the catalogs that belong together: those with one name, and those with one snapshot or one source
/// if the catalog was renamed. `names` limits them; empty for all.
pub(super) fn pair_catalogs(
    before: Vec<SideCatalog>,
    after: Vec<SideCatalog>,
    names: &[String],
) -> Vec<CatalogPair> {
    let mut gone = before;
    let mut pairs: Vec<CatalogPair> = Vec::new();
    for after in after {
        let before = take(&mut gone, |before| before.name == after.config.name);
        let after = Some(after);
        pairs.push(CatalogPair { before, after });
    }
    for pair in &mut pairs {
        if let (None, Some(after)) = (&pair.before, &pair.after) {
            pair.before = take(&mut gone, |before| is_renamed(before, &after.config));
        }
    }
    pairs.extend(gone.into_iter().map(|before| CatalogPair {
        before: Some(before),
        after: None,
    }));
    pairs.retain(|pair| names.is_empty() || names.iter().any(|name| pair.has_name(name)));
    pairs.sort_by(|left, right| left.name().cmp(right.name()));
    pairs
}

/// Removes the catalog that satisfies a condition.
fn take(
    catalogs: &mut Vec<SideCatalog>,
    is_same: impl Fn(&CatalogConfig) -> bool,
) -> Option<SideCatalog> {
    let mut configs = catalogs.iter().map(|side| &side.config);
    let index = configs.position(is_same)?;
    Some(catalogs.remove(index))
}

/// Finds a catalog on an older side: by its name, or else under another name.
#[cfg(feature = "page")]
pub(super) fn find_before<'s>(
    before: &'s [SideCatalog],
    after: &SideCatalog,
) -> Option<&'s SideCatalog> {
    let mut sides = before.iter();
    let by_name = sides.find(|side| side.config.name == after.config.name);
    by_name.or_else(|| {
        let mut sides = before.iter();
        sides.find(|side| is_renamed(&side.config, &after.config))
    })
}

/// Returns `true` if one catalog is another one under a new name.
fn is_renamed(before: &CatalogConfig, after: &CatalogConfig) -> bool {
    before.source.kind() == after.source.kind()
        && (before.snapshot == after.snapshot || before.source == after.source)
}
