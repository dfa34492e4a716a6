//! Files of the project at a revision of git.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Error, Result, anyhow, bail};
use toolsmith_codegen::SourceText;

use crate::text::nearest::{listed, nearest};

/// Variables that point git at another repository than that of the project, as in a hook.
const VARIABLES: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// A commit of the project's repository.
#[derive(Debug, Clone)]
pub(crate) struct Revision {
    /// The root of the project.
    root: PathBuf,
    /// The revision as given.
    pub(crate) given: String,
    hash: String,
    /// The hash, shortened.
    #[cfg_attr(
        not(feature = "page"),
        expect(dead_code, reason = "only a page shows it")
    )]
    pub(crate) short: String,
    /// The date of the commit.
    #[cfg_attr(
        not(feature = "page"),
        expect(dead_code, reason = "only a page shows it")
    )]
    pub(crate) date: String,
}

impl Revision {
    /// Finds a commit by any name that git accepts: a tag, a branch, `HEAD~3`.
    ///
    /// # Errors
    ///
    /// Returns an error if git is not installed, if the project is not in a repository, or if there is
    /// no such commit.
    pub(crate) fn find(root: &Path, given: &str) -> Result<Self> {
        let commit = format!("{given}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let found = git(root, &[&arguments[..], &[&commit]].concat())?;
        if !found.status.success() {
            return Err(explain_unknown(root, given)?);
        }
        let hash = text(&found);
        let shown = git(root, &["show", "-s", "--format=%h %cs", &hash])?;
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
    /// Returns an error if git cannot read the file, or if it is not UTF-8.
    pub(crate) fn read(&self, file: &str) -> Result<Option<SourceText>> {
        // A path that begins with a dot is relative to the project, which may be inside a repository.
        let path = format!("./{file}");
        let arguments = ["--literal-pathspecs", "ls-tree", "--name-only"];
        let listed = git(
            &self.root,
            &[&arguments[..], &[&self.hash, "--", &path]].concat(),
        )?;
        let name = format!("{file} at {}", self.given);
        if !listed.status.success() {
            bail!("git cannot look up {name}: {}", said(&listed));
        }
        if listed.stdout.is_empty() {
            return Ok(None);
        }
        let blob = format!("{}:{path}", self.hash);
        let found = git(&self.root, &["cat-file", "blob", &blob])?;
        if !found.status.success() {
            bail!(
                "git cannot read {name}: {}; fetch the whole history with `git fetch --refetch`",
                said(&found)
            );
        }
        let text =
            String::from_utf8(found.stdout).with_context(|| format!("{name} is not UTF-8"))?;
        Ok(Some(SourceText { file: name, text }))
    }
}

/// Returns the path of the project from the root of its repository, with a slash at the end. Empty at the
/// root and outside a repository.
pub(crate) fn prefix(root: &Path) -> String {
    match run(root, &["rev-parse", "--show-prefix"]) {
        Ok(output) if output.status.success() => text(&output),
        _ => String::new(),
    }
}

/// Returns the error for a revision that git does not know.
fn explain_unknown(root: &Path, given: &str) -> Result<Error> {
    let place = git(root, &["rev-parse", "--git-dir"])?;
    if !place.status.success() {
        return Ok(explain_no_repository(root, &place));
    }
    let commits = git(root, &["rev-list", "--all", "--max-count=1"])?;
    if commits.stdout.is_empty() {
        return Ok(anyhow!(
            "git does not know the revision `{given}`: the repository has no commit yet; commit the project \
             first"
        ));
    }
    let is_shallow = git(root, &["rev-parse", "--is-shallow-repository"])?;
    if text(&is_shallow) == "true" {
        return Ok(anyhow!(
            "git does not know the revision `{given}`, because the clone is shallow; run `git fetch \
             --unshallow --tags`, or set `fetch-depth: 0` where a workflow checks out"
        ));
    }
    let names = git(root, &["for-each-ref", "--format=%(refname:short)"])?;
    let names = text(&names);
    let near = nearest(given, names.lines());
    let remedy = match near.as_slice() {
        [] => "run `git fetch --tags` if it is on the server".to_owned(),
        near => format!("did you mean {}?", listed(near)),
    };
    Ok(anyhow!(
        "git does not know the revision `{given}`; {remedy}"
    ))
}

fn explain_no_repository(root: &Path, output: &Output) -> Error {
    let root = root.display();
    if String::from_utf8_lossy(&output.stderr).contains("dubious ownership") {
        return anyhow!(
            "git does not trust the repository of {root}, which belongs to another user; run `git config \
             --global --add safe.directory {root}`"
        );
    }
    anyhow!(
        "{root} is not in a git repository, and a revision needs one; run `git init` and commit the project, \
         or compare two files"
    )
}

fn git(root: &Path, arguments: &[&str]) -> Result<Output> {
    run(root, arguments).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            anyhow!("cannot run git, which reads the revision; install it, or compare two files")
        }
        _ => Error::new(error).context("cannot run git"),
    })
}

fn run(root: &Path, arguments: &[&str]) -> io::Result<Output> {
    let mut command = Command::new("git");
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    // Some messages are compared.
    command.env("LC_ALL", "C");
    command.arg("-C").arg(root).args(arguments).output()
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
