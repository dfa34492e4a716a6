//! Tombstones: the removed tools whose code stays for one release.

use std::collections::BTreeSet;

use anyhow::Result;
use toolsmith_codegen::snapshot::{TombstoneUpdate, Tombstones, locked_tools, visible_tools};
use toolsmith_codegen::{CatalogInput, SourceText};

use super::wire::tools_of;
use crate::catalogs::LoadedCatalog;
use crate::config::{CatalogConfig, Config};
use crate::context::Context;
use crate::diff::{today, version_of};
use crate::project::target::Target;
use crate::system::disk;
use crate::system::git::Revision;

/// The file of the tools of a catalog.
const REGISTRY: &str = "registry.rs";

/// Updates the tombstones of each catalog: those of tools that have code and that the snapshot does not have.
///
/// # Errors
///
/// Returns an error if a file of tombstones is not valid.
pub(super) fn update(
    config: &Config,
    target: &Target,
    loaded: &mut [LoadedCatalog],
    context: &Context,
) -> Result<()> {
    let version = version_of(target, context);
    for (catalog, loaded) in config.catalogs.iter().zip(loaded) {
        if let Some(file) = &catalog.tombstones {
            let text = update_one(catalog, target, loaded, version.as_deref(), context)?;
            loaded.input.tombstones = text.map(|text| SourceText::new(file, text));
        }
    }
    Ok(())
}

fn update_one(
    catalog: &CatalogConfig,
    target: &Target,
    loaded: &LoadedCatalog,
    version: Option<&str>,
    context: &Context,
) -> Result<Option<String>> {
    let locked = match &loaded.input.lock {
        Some(lock) => locked_tools(lock)?,
        None => BTreeSet::new(),
    };
    let generated = generated_tools(catalog, target, &locked, context)?;
    let live = CatalogInput {
        tombstones: None,
        ..loaded.input.clone()
    };
    // The generator reports the errors of the catalog.
    let visible = visible_tools(&live).unwrap_or_default();
    let today = today()?.to_string();
    let update_from = |before: &[SourceText]| {
        let update = TombstoneUpdate {
            kind: catalog.source.kind(),
            known: loaded.input.tombstones.as_ref(),
            before,
            after: &loaded.input.snapshot,
            generated: &generated,
            locked: &locked,
            visible: &visible,
            today: &today,
            version,
        };
        update.update()
    };
    // A fetch replaces the snapshot that has the tools.
    let drift = loaded.drift.iter();
    let mut before: Vec<SourceText> = drift.filter_map(|drift| drift.before.clone()).collect();
    let mut found = update_from(&before)?;
    if !found.lost.is_empty() {
        // A person has edited the snapshot.
        before.extend(read_committed(catalog, context));
        found = update_from(&before)?;
    }
    let Tombstones { text, lost } = found;
    for tool in lost {
        context.screen.note(&format!(
            "{}: `{tool}` was removed and gets no tombstone, because neither the replaced snapshot nor the last \
             commit contains its definition",
            catalog.name
        ));
    }
    Ok(text)
}

/// Returns the tools that the code on disk has. If it cannot be read, for example because of a merge conflict,
/// those of the last commit, or else those of the lock.
fn generated_tools(
    catalog: &CatalogConfig,
    target: &Target,
    locked: &BTreeSet<String>,
    context: &Context,
) -> Result<BTreeSet<String>> {
    let file = format!("{}/{}/{REGISTRY}", target.sources(), catalog.name);
    let Some(text) = disk::read_if_there(&context.workspace.path(&file))? else {
        return Ok(BTreeSet::new());
    };
    if let Some(tools) = tools_of(&text) {
        return Ok(tools);
    }
    let head = Revision::find(context.root(), "HEAD").ok();
    let committed = head.and_then(|head| head.read(&file).ok()?);
    let committed = committed.and_then(|committed| tools_of(&committed.text));
    let place = if committed.is_some() {
        "the last commit"
    } else {
        "the lock"
    };
    context.screen.note(&format!(
        "{}: {file} is not valid Rust, so removed tools are found by {place}",
        catalog.name
    ));
    Ok(committed.unwrap_or_else(|| locked.clone()))
}

/// Reads the snapshot of the last commit, if there is one.
fn read_committed(catalog: &CatalogConfig, context: &Context) -> Option<SourceText> {
    let head = Revision::find(context.root(), "HEAD").ok()?;
    head.read(&catalog.snapshot).ok()?
}
