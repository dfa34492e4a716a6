//! The workspace that the directory of a crate lies in, found as Cargo finds it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use glob::{MatchOptions, Pattern};
use toml_edit::{DocumentMut, Item};

use super::manifest;
use crate::system::disk;

/// The package of the runtime.
const RUNTIME: &str = "toolsmith-runtime";

/// Marks a folder of build results, which no workspace has members in.
const BUILD_FOLDER: &str = "CACHEDIR.TAG";

/// The workspace that a directory lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parent {
    /// The directory of its manifest.
    pub(super) root: PathBuf,
    /// The path of the crate from there, with `/`.
    pub(super) path: String,
    /// `true` if `members` lists the directory.
    pub(super) is_member: bool,
    /// `true` if the workspace defines the dependency on the runtime.
    pub(super) defines_runtime: bool,
}

impl Parent {
    /// Finds the nearest workspace above an absolute directory that does not exclude it.
    ///
    /// # Errors
    ///
    /// Returns an error if a manifest above the directory cannot be read.
    pub(super) fn find(directory: &Path) -> Result<Option<Self>> {
        for root in directory.ancestors().skip(1) {
            if root.join(BUILD_FOLDER).is_file() {
                return Ok(None);
            }
            let path = root.join(manifest::FILE);
            let Some(text) = disk::read_if_there(&path)? else {
                continue;
            };
            let document: DocumentMut = text
                .parse()
                .with_context(|| format!("cannot read {}", path.display()))?;
            let Some(workspace) = document.get("workspace") else {
                continue;
            };
            let Ok(inside) = directory.strip_prefix(root) else {
                continue;
            };
            let inside = super::slashes(inside);
            let members = list(workspace, "members");
            if is_within(&inside, &list(workspace, "exclude")) && !is_within(&inside, &members) {
                continue;
            }
            return Ok(Some(Self {
                root: root.to_owned(),
                is_member: is_listed(&inside, &members),
                path: inside,
                defines_runtime: workspace
                    .get("dependencies")
                    .is_some_and(|defined| defined.get(RUNTIME).is_some()),
            }));
        }
        Ok(None)
    }
}

/// Returns the paths that a key of the workspace lists.
fn list(workspace: &Item, key: &str) -> Vec<String> {
    let listed = workspace.get(key).and_then(Item::as_array);
    let paths = listed
        .into_iter()
        .flatten()
        .filter_map(|path| path.as_str());
    let paths = paths.map(|path| {
        path.trim_start_matches("./")
            .trim_end_matches('/')
            .to_owned()
    });
    paths.collect()
}

/// Returns `true` if one of the paths is the directory or contains it. Cargo does not expand patterns
/// here.
fn is_within(directory: &str, paths: &[String]) -> bool {
    let mut paths = paths.iter();
    paths.any(|path| Path::new(directory).starts_with(path))
}

/// Returns `true` if one of the paths or patterns is the directory.
fn is_listed(directory: &str, paths: &[String]) -> bool {
    let options = MatchOptions {
        require_literal_separator: true,
        ..MatchOptions::new()
    };
    let mut paths = paths.iter();
    paths.any(|path| match Pattern::new(path) {
        Ok(pattern) => pattern.matches_with(directory, options),
        Err(_) => path == directory,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finds the workspace of `crates/sdk` below a folder with this manifest.
    fn find(manifest: &str) -> Option<Parent> {
        let root = tempfile::tempdir().unwrap();
        put(&root.path().join("Cargo.toml"), manifest);
        // The folder of the crate may not exist yet.
        let found = Parent::find(&root.path().join("crates/sdk")).unwrap();
        found.map(|found| Parent {
            root: PathBuf::new(),
            ..found
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests write to temporary directories"
    )]
    fn put(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn finds_the_workspace_as_cargo_does() {
        let parent = |is_member| {
            Some(Parent {
                root: PathBuf::new(),
                path: "crates/sdk".to_owned(),
                is_member,
                defines_runtime: false,
            })
        };
        for (manifest, expected) in [
            ("[package]\nname = \"a\"\n", None),
            ("[workspace]\n", parent(false)),
            ("[workspace]\nmembers = [\"crates/*\"]\n", parent(true)),
            ("[workspace]\nmembers = [\"*\"]\n", parent(false)),
            ("[workspace]\nmembers = [\"./crates/sdk/\"]\n", parent(true)),
            ("[workspace]\nexclude = [\"crates\"]\n", None),
            ("[workspace]\nexclude = [\"crates/sdk\"]\n", None),
            ("[workspace]\nexclude = [\"crates/sd\"]\n", parent(false)),
            (
                "[workspace]\nmembers = [\"crates/sdk\"]\nexclude = [\"crates\"]\n",
                parent(true),
            ),
        ] {
            assert_eq!(find(manifest), expected, "{manifest}");
        }
        let found = find("[workspace.dependencies]\ntoolsmith-runtime = \"0.1\"\n");
        assert!(found.unwrap().defines_runtime);
    }

    #[test]
    fn a_build_folder_is_in_no_workspace() {
        let root = tempfile::tempdir().unwrap();
        put(&root.path().join("Cargo.toml"), "[workspace]\n");
        put(&root.path().join("target/CACHEDIR.TAG"), "");
        assert_eq!(Parent::find(&root.path().join("target/sdk")).unwrap(), None);
    }
}
