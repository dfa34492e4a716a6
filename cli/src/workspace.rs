//! Where the project is.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::environment::Environment;

/// The file that marks the root.
pub(crate) const CONFIG: &str = "toolsmith.toml";

/// The generated crate, from the root.
pub(crate) const CRATE: &str = "generated";

/// The directory of snapshots, overlays and locks, from the root.
pub(crate) const CATALOGS: &str = "catalogs";

/// The project: the directory that holds `toolsmith.toml`.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Takes the directory that was asked for, else the one around this package as cargo names it,
    /// else the nearest one upwards from where the command was started.
    ///
    /// # Errors
    ///
    /// None of them holds `toolsmith.toml`.
    pub(crate) fn find(asked: Option<&Path>, environment: &Environment) -> Result<Self> {
        if let Some(root) = asked {
            if !root.join(CONFIG).is_file() {
                bail!("there is no {CONFIG} in {}", root.display());
            }
            return Ok(Self {
                root: root.to_owned(),
            });
        }
        let package = environment.get("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let here = std::env::current_dir().context("cannot tell the current directory")?;
        package
            .iter()
            .chain([&here])
            .flat_map(|start| start.ancestors())
            .find(|directory| directory.join(CONFIG).is_file())
            .map(|root| Self {
                root: root.to_owned(),
            })
            .with_context(|| format!("there is no {CONFIG} in {} or above", here.display()))
    }

    /// The root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A file or directory, by its path from the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The directory of the generated crate.
    pub(crate) fn generated(&self) -> PathBuf {
        self.root.join(CRATE)
    }
}
