//! All files of the generated crate that a run may write, as one tree.

use anyhow::{Context, Result, bail};
use toolsmith_codegen::{CatalogKind, GeneratedCrate};
use toolsmith_codegen::write::FileTree;

use super::{Loaded, features};
use crate::config::{CatalogConfig, Config};
use crate::digest;
use crate::disk;
use crate::workspace::{CRATE, Workspace};

/// The manifest, from the root of the generated crate.
const MANIFEST: &str = "Cargo.toml";

/// Puts the sources, snapshots, locks, the manifest and the digests that are there together.
pub(super) fn assemble(
    workspace: &Workspace,
    config: &Config,
    loaded: &[Loaded],
    output: &GeneratedCrate,
) -> Result<FileTree> {
    let mut tree = output.files.clone();
    let catalogs = config.catalogs.iter().zip(loaded);
    for ((catalog, loaded), lock) in catalogs.zip(&output.locks) {
        add(
            &mut tree,
            &catalog.snapshot,
            loaded.input.snapshot.text.clone(),
        )?;
        add(&mut tree, &catalog.lock, lock.clone())?;
    }
    let manifest = disk::read(&workspace.generated().join(MANIFEST))?;
    let catalogs: Vec<_> = config.catalogs.iter().map(feature).collect();
    let manifest = features::in_step(&manifest, &catalogs)
        .with_context(|| format!("cannot read {CRATE}/{MANIFEST}"))?;
    tree.0.insert(MANIFEST.to_owned(), manifest);
    let inputs: Vec<_> = loaded.iter().map(|loaded| loaded.input.clone()).collect();
    tree.0
        .extend(digest::kept(&inputs, &workspace.generated())?.0);
    Ok(tree)
}

/// The feature of a catalog, and what it turns on.
fn feature(catalog: &CatalogConfig) -> (&str, &'static [&'static str]) {
    let parts: &[&str] = match catalog.source.kind() {
        CatalogKind::Mcp => &[features::MCP],
        _ => &[],
    };
    (&catalog.name, parts)
}

/// Adds a file that is named from the root of the project.
fn add(tree: &mut FileTree, path: &str, text: String) -> Result<()> {
    let inside = path
        .strip_prefix(CRATE)
        .and_then(|path| path.strip_prefix('/'));
    let Some(inside) = inside else {
        bail!("{path} lies outside {CRATE}/");
    };
    if tree.0.insert(inside.to_owned(), text).is_some() {
        bail!("two things would be written to {path}; check toolsmith.toml");
    }
    Ok(())
}
