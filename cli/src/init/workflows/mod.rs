//! Workflows of GitHub Actions: a check of pull requests, and an update that opens one.

use std::path::Path;

use crate::catalogs::variables_of;
use crate::config::Config;
use crate::project::relative;

/// The folder of workflows, from the root of the repository.
const FOLDER: &str = ".github/workflows";

const CHECK: &str = include_str!("check.yml");

const UPDATE: &str = include_str!("update.yml");

/// Returns the workflows by path from the root of the project. A repository may contain several
/// projects, and the workflows are at its root.
pub(super) fn render(config: &Config, root: &Path) -> [(String, String); 2] {
    let mut ancestors = root.ancestors();
    let repository = ancestors.find(|directory| directory.join(".git").exists());
    let repository = repository.unwrap_or(root);
    let directory = relative(repository, root);
    let folder = match relative(root, repository).as_str() {
        "." => FOLDER.to_owned(),
        up => format!("{up}/{FOLDER}"),
    };
    let text = |template: &str| {
        template
            .replace("{directory}", &directory)
            .replace("{variables}", &variables(config))
    };
    [
        (format!("{folder}/toolsmith-check.yml"), text(CHECK)),
        (format!("{folder}/toolsmith-update.yml"), text(UPDATE)),
    ]
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
pub(crate) fn line(name: &str) -> String {
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
pub(super) fn notes(config: &Config) -> Vec<String> {
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
