//! The directory that a crate is written to.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::manifest;
use crate::disk;
use crate::program::Program;

/// A directory that may be written to: it is new, empty, or was written by this command.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    /// Looks at what is there; nothing is written yet.
    ///
    /// # Errors
    ///
    /// Something else is there.
    pub(super) fn claim(path: &Path, program: Program) -> Result<Self> {
        let claimed = Self {
            path: path.to_owned(),
        };
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(claimed),
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => bail!(
                "{} is no directory, or lies below a file; --out names the directory of a crate",
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
            "{} is not empty and was not written by {}: it holds {first}{more}; choose another directory, or empty it",
            path.display(),
            program.command("generate")
        );
    }

    /// The directory.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The way from this directory to another, so that both can be moved together.
    ///
    /// # Errors
    ///
    /// The other one is not there.
    pub(super) fn path_to(&self, other: &Path) -> Result<PathBuf> {
        let target = other
            .canonicalize()
            .with_context(|| format!("there is no runtime in {}", other.display()))?;
        if !target.join("Cargo.toml").is_file() {
            bail!("there is no crate in {}", other.display());
        }
        let here = std::path::absolute(&self.path).context("cannot tell where the crate lies")?;
        let here = existing(&here)?;
        let shared = here
            .components()
            .zip(target.components())
            .take_while(|(one, other)| one == other)
            .count();
        // Nothing but the root, or not even that, is shared: the whole path says it better.
        if shared <= 1 {
            return Ok(target);
        }
        let up = here.components().skip(shared).map(|_| Component::ParentDir);
        Ok(up.chain(target.components().skip(shared)).collect())
    }
}

/// The path with its links followed as far as it is there.
fn existing(path: &Path) -> Result<PathBuf> {
    for ancestor in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) {
            return Ok(real.join(rest).components().collect());
        }
    }
    bail!("{} lies nowhere", path.display())
}
