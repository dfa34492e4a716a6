//! The project directory.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::program::Program;
use crate::system::environment::Environment;

/// The configuration file, which marks the root.
pub(crate) const CONFIG: &str = "toolsmith.toml";

/// The folder of the generated crate by default, from the root.
pub(crate) const CRATE: &str = "generated";

/// The directory of snapshots, overlays and locks, from the root.
pub(crate) const CATALOGS: &str = "catalogs";

/// The end of the names of files with removed tools.
pub(crate) const TOMBSTONES: &str = ".tombstones.json";

/// The project: the directory that contains `toolsmith.toml`.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Returns the project in a directory, which may not have a configuration yet.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// Returns the given directory, or else the nearest ancestor of the running package or of the
    /// current directory that contains `toolsmith.toml`.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such directory.
    pub(crate) fn find(
        given: Option<&Path>,
        program: Program,
        environment: &Environment,
    ) -> Result<Self> {
        let init = program.command("init");
        if let Some(root) = given {
            if !root.join(CONFIG).is_file() {
                bail!(
                    "there is no {CONFIG} in {}; create one with: {init}",
                    root.display()
                );
            }
            return Ok(Self {
                root: root.to_owned(),
            });
        }
        let package = environment.get("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let here = std::env::current_dir().context("cannot determine the current directory")?;
        package
            .iter()
            .chain([&here])
            .flat_map(|start| start.ancestors())
            .find(|directory| directory.join(CONFIG).is_file())
            .map(|root| Self {
                root: root.to_owned(),
            })
            .with_context(|| {
                format!(
                    "there is no {CONFIG} in {} or its parent directories; create one with: {init}",
                    here.display()
                )
            })
    }

    /// Returns the project as [`find`](Self::find) does, or else the current directory.
    ///
    /// # Errors
    ///
    /// Returns an error if the current directory cannot be determined.
    pub(crate) fn find_or_here(
        given: Option<&Path>,
        program: Program,
        environment: &Environment,
    ) -> Result<Self> {
        if let Ok(found) = Self::find(given, program, environment) {
            return Ok(found);
        }
        let here = std::env::current_dir().context("cannot determine the current directory")?;
        Ok(Self::at(given.map_or(here, Path::to_owned)))
    }

    /// Returns `true` if the project has a configuration.
    pub(crate) fn is_configured(&self) -> bool {
        self.root.join(CONFIG).is_file()
    }

    /// Returns the root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns a path from the root as a path of the file system.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }
}
