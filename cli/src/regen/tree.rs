//! All files that a run may write, as one tree.

use std::io;

use anyhow::{Context as _, Result, bail};
use toml_edit::DocumentMut;
use toolsmith_codegen::options::{CatalogKind, Features};
use toolsmith_codegen::write::FileTree;
use toolsmith_codegen::{CargoFeature, GeneratedCrate};

use crate::catalogs::LoadedCatalog;
use crate::config::{CatalogConfig, Config};
use crate::context::Context;
use crate::edit::keep_line_ends;
use crate::manifest::{CatalogFeatures, Dependency, MCP, update_dependency, update_features};
use crate::program::Program;
use crate::project::target::Target;
use crate::system::disk;

/// Collects the sources, the manifest, snapshots and locks, by path from the root
/// of the project, with the files that are `pending`.
pub(super) fn assemble(
    config: &Config,
    target: &Target,
    loaded: &[LoadedCatalog],
    output: &GeneratedCrate,
    pending: &FileTree,
    context: &Context,
) -> Result<FileTree> {
    let sources = output.files.0.iter();
    let sources = sources.map(|(path, text)| (target.path(path), text.clone()));
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
        if let Some(tombstones) = &loaded.input.tombstones {
            add(&mut tree, &tombstones.file, tombstones.text.clone())?;
        }
    }
    let manifest = update_manifest(config, target, output, context)?;
    tree.0.insert(target.manifest(), manifest);
    Ok(tree)
}

/// Returns the manifest with the features and the dependency that the code needs.
fn update_manifest(
    config: &Config,
    target: &Target,
    output: &GeneratedCrate,
    context: &Context,
) -> Result<String> {
    let path = target.manifest();
    let edit = |manifest: &str| -> Result<String> {
        let mut document: DocumentMut = manifest.parse()?;
        if target.features() != Features::None {
            let catalogs = config.catalogs.iter().zip(&output.features);
            let features: Vec<CatalogFeatures> = catalogs
                .map(|(catalog, features)| features_of(catalog, features))
                .collect();
            let before = catalogs_before(target, context)?;
            update_features(&mut document, &features, &before)?;
        }
        let is_of_server = |catalog: &CatalogConfig| catalog.source.kind() == CatalogKind::Mcp;
        let needs_mcp =
            target.features() == Features::None && config.catalogs.iter().any(is_of_server);
        let dependency = Dependency {
            source: config.project.runtime.as_ref(),
            depth: target.depth(),
            features: if needs_mcp { &["mcp-client"] } else { &[] },
            adds_features: config.project.runtime.is_some() || !target.is_module(),
        };
        update_dependency(&mut document, &dependency, &path)?;
        Ok(document.to_string())
    };
    keep_line_ends(target.manifest_text(), edit).with_context(|| format!("cannot update {path}"))
}

/// Returns the features of a catalog, with the features of the runtime that they enable.
fn features_of(catalog: &CatalogConfig, features: &[CargoFeature]) -> CatalogFeatures {
    let mut features: Vec<(String, Vec<String>)> = features
        .iter()
        .map(|feature| (feature.name.clone(), feature.enables.clone()))
        .collect();
    // The feature that all others of the catalog enable.
    let first = features.iter_mut().find(|(_, enables)| enables.is_empty());
    if let (CatalogKind::Mcp, Some((_, enables))) = (catalog.source.kind(), first) {
        enables.push(MCP.to_owned());
    }
    CatalogFeatures {
        name: catalog.name.clone(),
        features,
    }
}

/// Returns the catalogs that have generated code on disk.
fn catalogs_before(target: &Target, context: &Context) -> Result<Vec<String>> {
    let folder = context.workspace.path(&target.sources());
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot list {}", folder.display()));
        }
    };
    let mut names = Vec::new();
    for entry in entries.flatten() {
        let module = disk::read_if_there(&entry.path().join("mod.rs"));
        let is_generated = module
            .is_ok_and(|module| module.is_some_and(|module| Program::generated("//", &module)));
        if is_generated {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn add(tree: &mut FileTree, path: &str, text: String) -> Result<()> {
    if tree.0.insert(path.to_owned(), text).is_some() {
        bail!("two files would be written to {path}; check toolsmith.toml");
    }
    Ok(())
}
