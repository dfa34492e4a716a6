//! Workflows of GitHub Actions: a check of pull requests, and an update that opens one.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::catalogs::variables_of;
use crate::config::Config;
use crate::project::{normalized, relative};
use crate::system::disk;
use crate::usage::Step;

/// The folder of workflows, from the root of the repository.
const FOLDER: &str = ".github/workflows";

/// The workflow that fetches.
const UPDATE_FILE: &str = "toolsmith-update.yml";

/// The purpose of the step that adds variables to that workflow.
const WHAT: &str =
    "pass the secrets of the catalogs, under `env` of the step `Fetch and regenerate`";

const CHECK: &str = include_str!("check.yml");

const UPDATE: &str = include_str!("update.yml");

/// Returns the workflows by path from the root of the project. A repository may contain several
/// projects, and the workflows are at its root.
pub(crate) fn render(config: &Config, root: &Path) -> [(String, String); 2] {
    let directory = relative(repository(root), root);
    let folder = folder(root);
    let text = |template: &str| {
        template
            .replace("{directory}", &directory)
            .replace("{variables}", &variables(config))
    };
    [
        (format!("{folder}/toolsmith-check.yml"), text(CHECK)),
        (format!("{folder}/{UPDATE_FILE}"), text(UPDATE)),
    ]
}

/// Returns the root of the repository that contains a project.
fn repository(root: &Path) -> &Path {
    let mut ancestors = root.ancestors();
    let repository = ancestors.find(|directory| directory.join(".git").exists());
    repository.unwrap_or(root)
}

/// Returns the folder of the workflows, from the root of the project.
fn folder(root: &Path) -> String {
    match relative(root, repository(root)).as_str() {
        "." => FOLDER.to_owned(),
        up => format!("{up}/{FOLDER}"),
    }
}

/// Returns the step that passes variables to an existing update workflow: those that a fetch needs and
/// that the workflow does not set. Paths are from the directory `start`.
///
/// # Errors
///
/// Returns an error if the workflow cannot be read.
pub(crate) fn step(config: &Config, start: &Path, root: &Path) -> Result<Option<Step>> {
    let root = std::path::absolute(root).context("cannot determine the current directory")?;
    let path = root.join(folder(&root)).join(UPDATE_FILE);
    let Some(update) = disk::read_if_there(&path)? else {
        return Ok(None);
    };
    let sets = |name: &str| {
        let mut keys = update.lines().filter_map(|line| line.split_once(':'));
        keys.any(|(key, _)| key.trim() == name)
    };
    let missing = names(config).into_iter().filter(|name| !sets(name));
    let lines: Vec<String> = missing.map(line).collect();
    let file = relative(start, &normalized(&path));
    Ok((!lines.is_empty()).then(|| Step::paste(WHAT, file, lines)))
}

/// Returns the variables that a fetch of all catalogs needs, as lines of `env`.
fn variables(config: &Config) -> String {
    let names = names(config);
    if names.is_empty() {
        return "          # The variables that toolsmith.toml names, from the secrets of the repository:\n          \
                # TRUTO_API_TOKEN: ${{ secrets.TRUTO_API_TOKEN }}"
            .to_owned();
    }
    let lines = names.iter().map(|name| line(name));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the line of a variable.
fn line(name: &str) -> String {
    format!("          {name}: ${{{{ secrets.{name} }}}}")
}

fn names(config: &Config) -> Vec<&str> {
    let catalogs = config.catalogs.iter();
    let mut names: Vec<&str> = catalogs
        .flat_map(|catalog| variables_of(&catalog.source))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns what a person has to set up.
pub(crate) fn notes(config: &Config) -> Vec<String> {
    let mut notes = vec![
        "the update opens a pull request: allow it under Settings > Actions > General > Workflow permissions > \
         \"Allow GitHub Actions to create and approve pull requests\""
            .to_owned(),
        "with the default token, the checks of that pull request start only after a person closes and reopens \
         it; the comment in toolsmith-update.yml describes the secret TOOLSMITH_PULL_REQUEST_TOKEN, which \
         changes that"
            .to_owned(),
    ];
    let names = names(config);
    if !names.is_empty() {
        let names = names.join(", ");
        notes.push(format!("store these secrets in the repository: {names}"));
    }
    notes
}
