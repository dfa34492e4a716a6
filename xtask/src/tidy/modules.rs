//! The modules of a crate and the imports between them.

use std::collections::BTreeMap;

use syn::Item;

use super::imports::{Import, UsedPath, imports, used_paths};
use super::sources::{SourceFile, Sources};

/// Re-exports of re-exports are followed this often.
const MAX_REEXPORTS: usize = 8;

/// The modules of a crate that are files, code for tests left out.
pub(super) struct Modules<'a> {
    modules: BTreeMap<Vec<String>, Module<'a>>,
    /// The exported macros, which are at the root of the crate, with the paths of their originals.
    macros: BTreeMap<String, Vec<String>>,
}

/// A module that is a file.
pub(super) struct Module<'a> {
    /// Its path from the root of the crate, such as `["lower", "naming"]`; empty for the root.
    pub(super) path: Vec<String>,
    /// Its file.
    pub(super) file: &'a SourceFile,
    /// The paths into the crate that it mentions.
    pub(super) imports: Vec<Import>,
    /// The names that it imports or re-exports, with the paths of the originals.
    names: BTreeMap<String, Vec<String>>,
}

impl<'a> Modules<'a> {
    /// Reads the modules of the crate whose sources are in `folder`.
    pub(super) fn read(sources: &'a Sources, folder: &str) -> Self {
        let files = sources
            .rust()
            .filter(|(file, _)| file.path.starts_with(folder) && !file.is_test)
            // Binaries are separate crates.
            .filter(|(file, _)| !file.path.contains("/src/bin/"));
        let mut modules = BTreeMap::new();
        let mut macros = BTreeMap::new();
        for (file, rust) in files {
            let path = module_path(folder, &file.path);
            for name in exported_macros(rust) {
                let original = [path.clone(), vec![name.clone()]].concat();
                macros.insert(name, original);
            }
            let module = Module {
                imports: imports(rust, path.clone()),
                names: names(rust, &path),
                path: path.clone(),
                file,
            };
            modules.insert(path, module);
        }
        Self { modules, macros }
    }

    /// Returns all modules.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Module<'a>> {
        self.modules.values()
    }

    /// Returns the path of the original that `path` names, which may be a re-export.
    pub(super) fn original(&self, path: &[String]) -> Vec<String> {
        let mut path = path.to_vec();
        if let [name] = path.as_slice()
            && let Some(original) = self.macros.get(name)
        {
            path.clone_from(original);
        }
        for _ in 0..MAX_REEXPORTS {
            let Some(module) = self.innermost(&path) else {
                break;
            };
            let mut rest = path.iter().skip(module.path.len());
            let Some(original) = rest.next().and_then(|name| module.names.get(name)) else {
                break;
            };
            path = original.iter().chain(rest).cloned().collect();
        }
        path
    }

    /// Returns the innermost module that contains `path`.
    pub(super) fn innermost(&self, path: &[String]) -> Option<&Module<'a>> {
        let mut ends = (0..=path.len()).rev();
        ends.find_map(|end| self.modules.get(path.get(..end)?))
    }
}

/// Returns the path of a module from that of its file.
fn module_path(folder: &str, file: &str) -> Vec<String> {
    let inside = file.strip_prefix(folder).unwrap_or(file);
    let parts = inside.trim_end_matches(".rs").split('/');
    parts
        .filter(|part| !["mod", "lib", "main"].contains(part))
        .map(str::to_owned)
        .collect()
}

/// Returns the names that the `use` items of a file declare.
fn names(rust: &syn::File, module: &[String]) -> BTreeMap<String, Vec<String>> {
    let uses = rust.items.iter().filter_map(|item| match item {
        Item::Use(item) => Some(item),
        _ => None,
    });
    uses.flat_map(|item| used_paths(&item.tree))
        .map(|used: UsedPath| (used.name.clone(), used.absolute(module)))
        .collect()
}

/// Returns the names of the exported macros of a file.
fn exported_macros(rust: &syn::File) -> Vec<String> {
    let macros = rust.items.iter().filter_map(|item| match item {
        Item::Macro(item) => Some(item),
        _ => None,
    });
    let exported = macros.filter(|item| {
        item.attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"))
    });
    exported
        .filter_map(|item| Some(item.ident.as_ref()?.to_string()))
        .collect()
}
