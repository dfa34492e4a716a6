//! The output directory of a crate.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::manifest;
use crate::program::Program;
use crate::system::disk;

/// A directory that is new, empty, or was written by this command.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    /// Checks a directory. Nothing is written yet.
    ///
    /// # Errors
    ///
    /// Returns an error if the directory contains other files.
    pub(super) fn claim(path: &Path, program: Program) -> Result<Self> {
        let claimed = Self {
            path: path.to_owned(),
        };
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(claimed),
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => bail!(
                "{} is not a directory, or is below a file; --out takes the directory of the crate",
                path.display()
            ),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot list {}", path.display()));
            }
        };
        let manifest = disk::read_if_there(&path.join(manifest::FILE))?;
        if manifest.is_some_and(|manifest| manifest::is_own(&manifest)) {
            return Ok(claimed);
        }
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        let mut names: Vec<String> = names
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| name != ".git")
            .collect();
        names.sort();
        let Some(first) = names.first() else {
            return Ok(claimed);
        };
        let more = match names.len() {
            1 => String::new(),
            number => format!(" and {} more", number - 1),
        };
        bail!(
            "{} is not empty and was not written by {}: it contains {first}{more}; choose another directory, or empty it",
            path.display(),
            program.command("generate")
        );
    }

    /// Returns the path of the directory.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the absolute path of the directory, which may not exist yet, without links.
    ///
    /// # Errors
    ///
    /// Returns an error if the current directory cannot be determined.
    pub(super) fn absolute(&self) -> Result<PathBuf> {
        let here =
            std::path::absolute(&self.path).context("cannot determine the current directory")?;
        Ok(disk::real_path(&here).components().collect())
    }

    /// Returns the relative path from this directory to another, so that both can be moved together.
    ///
    /// # Errors
    ///
    /// Returns an error if the other directory does not exist or is not a crate.
    pub(super) fn path_to(&self, other: &Path) -> Result<PathBuf> {
        let target = other
            .canonicalize()
            .with_context(|| format!("the runtime directory {} does not exist", other.display()))?;
        if !target.join("Cargo.toml").is_file() {
            bail!("{} is not a crate: it has no Cargo.toml", other.display());
        }
        let here = self.absolute()?;
        let shared = here
            .components()
            .zip(target.components())
            .take_while(|(one, other)| one == other)
            .count();
        // An absolute path is clearer if only the root is shared.
        if shared <= 1 {
            return Ok(target);
        }
        let up = here.components().skip(shared).map(|_| Component::ParentDir);
        Ok(up.chain(target.components().skip(shared)).collect())
    }
}
