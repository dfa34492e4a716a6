//! All files that a run may write, as one tree.

use anyhow::{Context as _, Result, bail};
use toolsmith_codegen::write::FileTree;
use toolsmith_codegen::{CatalogKind, GeneratedCrate};

use super::features;
use crate::catalogs::LoadedCatalog;
use crate::config::{CatalogConfig, Config};
use crate::context::Context;
use crate::digest;
use crate::disk;
use crate::workspace::CRATE;

/// Collects the sources, the manifest, existing digests, snapshots and locks, by path from the root
/// of the project, with the files that are `pending`.
pub(super) fn assemble(
    config: &Config,
    loaded: &[LoadedCatalog],
    output: &GeneratedCrate,
    pending: &FileTree,
    context: &Context,
) -> Result<FileTree> {
    let in_crate = |path: &str| format!("{CRATE}/{path}");
    let sources = output.files.0.iter();
    let sources = sources.map(|(path, text)| (in_crate(path), text.clone()));
    let mut tree = pending.clone();
    tree.0.extend(sources);
    let catalogs = config.catalogs.iter().zip(loaded);
    for ((catalog, loaded), lock) in catalogs.zip(&output.locks) {
        add(
            &mut tree,
            &catalog.snapshot,
            loaded.input.snapshot.text.clone(),
        )?;
        add(&mut tree, &catalog.lock, lock.clone())?;
    }
    let path = in_crate("Cargo.toml");
    let manifest = match pending.0.get(&path) {
        Some(manifest) => manifest.clone(),
        None => disk::read(&context.workspace.path(&path))?,
    };
    let catalogs: Vec<_> = config.catalogs.iter().map(feature).collect();
    let manifest =
        features::update(&manifest, &catalogs).with_context(|| format!("cannot read {path}"))?;
    tree.0.insert(path, manifest);
    let inputs: Vec<_> = loaded.iter().map(|loaded| loaded.input.clone()).collect();
    let digests = digest::existing(&inputs, context)?.0.into_iter();
    tree.0
        .extend(digests.map(|(path, text)| (in_crate(&path), text)));
    Ok(tree)
}

/// Returns the feature of a catalog and the features of the runtime that it enables.
fn feature(catalog: &CatalogConfig) -> (&str, &'static [&'static str]) {
    let enabled: &[&str] = match catalog.source.kind() {
        CatalogKind::Mcp => &[features::MCP],
        _ => &[],
    };
    (&catalog.name, enabled)
}

fn add(tree: &mut FileTree, path: &str, text: String) -> Result<()> {
    if tree.0.insert(path.to_owned(), text).is_some() {
        bail!("two files would be written to {path}; check toolsmith.toml");
    }
    Ok(())
}
