//! The Cargo project around a directory: its package and its workspace.

pub(crate) mod lock;
mod manifest;
mod members;
pub(crate) mod pin;
pub(crate) mod target;

use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};

pub(crate) use self::manifest::{Inherited, InheritedLints, LicenseKey, Manifest};

/// The package of the runtime.
pub(crate) const RUNTIME: &str = "toolsmith-runtime";

/// The name of its crate, which is also a key of dependencies that Cargo accepts for the package.
pub(crate) const RUNTIME_CRATE: &str = "toolsmith_runtime";

/// The Cargo project around a directory.
#[derive(Debug)]
pub(crate) struct CargoProject {
    /// The package around the directory.
    pub(crate) package: Option<Manifest>,
    /// The root of its workspace. It may be the manifest of the package as well.
    pub(crate) workspace: Option<Manifest>,
}

impl CargoProject {
    /// Finds the nearest manifest upwards and its workspace. Returns `None` outside any package.
    ///
    /// # Errors
    ///
    /// Returns an error if a manifest cannot be read.
    pub(crate) fn find(start: &Path) -> Result<Option<Self>> {
        let start = std::path::absolute(start).context("cannot determine the current directory")?;
        let Some(nearest) = nearest(&start)? else {
            return Ok(None);
        };
        if nearest.is_workspace() {
            let package = nearest.is_package().then(|| nearest.clone());
            return Ok(Some(Self {
                package,
                workspace: Some(nearest),
            }));
        }
        let workspace = workspace_of(&nearest)?;
        Ok(Some(Self {
            package: Some(nearest),
            workspace,
        }))
    }

    /// Returns the directory of the workspace, or of the package if it has no workspace.
    pub(crate) fn root(&self) -> Option<&Path> {
        let manifest = self.workspace.as_ref().or(self.package.as_ref())?;
        Some(&manifest.directory)
    }
}

fn nearest(start: &Path) -> Result<Option<Manifest>> {
    for directory in start.ancestors() {
        if let Some(manifest) = Manifest::read(directory)? {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

/// Returns the workspace that a package belongs to, as Cargo finds it.
fn workspace_of(package: &Manifest) -> Result<Option<Manifest>> {
    if let Some(path) = package.workspace_path() {
        return Manifest::read(&normalized(&package.directory.join(path)));
    }
    for directory in package.directory.ancestors().skip(1) {
        let Some(manifest) = Manifest::read(directory)? else {
            continue;
        };
        if manifest.is_workspace() {
            let is_excluded = manifest.excludes(&package.directory);
            return Ok((!is_excluded).then_some(manifest));
        }
    }
    Ok(None)
}

/// Checks that Cargo and Rust accept the name of a crate.
///
/// # Errors
///
/// Returns an error if they do not.
pub(crate) fn check_crate_name(name: &str) -> Result<()> {
    let is_word = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_' || char == '-');
    let module = name.replace('-', "_");
    let is_taken = ["alloc", "core", "gen", "std", "test", "toolsmith_runtime"]
        .contains(&module.as_str())
        || syn::parse_str::<syn::Ident>(&module).is_err();
    if is_word && !is_taken {
        return Ok(());
    }
    bail!(
        "`{name}` is not a valid crate name; begin it with a letter, use letters, digits, `-` and `_`, \
         and neither a Rust keyword nor a reserved name such as `std` and `test`"
    );
}

/// Resolves `.` and `..` of a path without the disk.
pub(crate) fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.file_name().is_some() => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

/// Returns the relative path from one directory to another, with `/`.
pub(crate) fn relative(from: &Path, to: &Path) -> String {
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(one, other)| one == other)
        .count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared);
    let down = down.map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_relative_paths() {
        let path = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(path("/a/b", "/a/b/c d/e"), "c d/e");
        assert_eq!(path("/a/b", "/a/c"), "../c");
        assert_eq!(path("/a/b", "/a/b"), ".");
        assert_eq!(normalized(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }
}

#[cfg(test)]
mod tests_support {
    //! Files for tests.

    use std::path::Path;

    #[expect(
        clippy::disallowed_methods,
        reason = "tests write to temporary directories"
    )]
    pub(super) fn put(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}
