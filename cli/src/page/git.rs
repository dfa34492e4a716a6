//! Files at a git revision.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail};

/// A commit of the project's repository.
#[derive(Debug)]
pub(super) struct Revision {
    root: PathBuf,
    /// The revision as given.
    pub(super) given: String,
    hash: String,
    /// The hash, shortened.
    pub(super) short: String,
    /// The date of the commit.
    pub(super) date: String,
}

impl Revision {
    /// Finds a commit by any name that git accepts: a tag, a branch, `HEAD~3`.
    ///
    /// # Errors
    ///
    /// Returns an error if git is not installed, if the project is not in a repository, or if there is
    /// no such commit.
    pub(super) fn find(root: &Path, given: &str) -> Result<Self> {
        let commit = format!("{given}^{{commit}}");
        let found = git(root, ["rev-parse", "--verify", "--end-of-options", &commit])?;
        if !found.status.success() {
            bail!("git does not know the revision `{given}`: {}", said(&found));
        }
        let hash = text(&found);
        let shown = git(root, ["show", "-s", "--format=%h %cs", &hash])?;
        let shown = text(&shown);
        let (short, date) = shown.split_once(' ').unwrap_or((&hash, ""));
        Ok(Self {
            root: root.to_owned(),
            given: given.to_owned(),
            short: short.to_owned(),
            date: date.to_owned(),
            hash: hash.clone(),
        })
    }

    /// Reads a file of the project at this revision; `None` if it did not exist.
    ///
    /// # Errors
    ///
    /// Returns an error if git fails, or if the file is not UTF-8.
    pub(super) fn read(&self, file: &str) -> Result<Option<String>> {
        // A path that begins with a dot is relative to the project, which may be inside a repository.
        let path = format!("./{file}");
        let listed = git(&self.root, ["ls-tree", "--name-only", &self.hash, &path])?;
        if !listed.status.success() {
            bail!("git cannot look up {file}: {}", said(&listed));
        }
        if listed.stdout.is_empty() {
            return Ok(None);
        }
        let blob = format!("{}:{path}", self.hash);
        let found = git(&self.root, ["cat-file", "blob", &blob])?;
        if !found.status.success() {
            bail!("git cannot read {file} at {}: {}", self.given, said(&found));
        }
        let text = String::from_utf8(found.stdout)
            .with_context(|| format!("{file} at {} is not UTF-8", self.given))?;
        Ok(Some(text))
    }
}

fn git<S: AsRef<OsStr>>(root: &Path, arguments: impl IntoIterator<Item = S>) -> Result<Output> {
    let command = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output();
    command.context("cannot run git, which --since needs; install it, or leave --since out")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Returns the first line that git wrote to standard error.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next().unwrap_or("no message");
    line.trim_start_matches("fatal: ").to_owned()
}
