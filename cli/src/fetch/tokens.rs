//! The directory of the tokens of remote MCP servers.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::system::disk;
use crate::system::environment::Environment;

/// The variable that names another directory.
pub(crate) const DIRECTORY_VARIABLE: &str = "TOOLSMITH_TOKENS";

/// Returns the directory: below the user's configuration, or where the variable says. `project` is a
/// project whose files are committed.
///
/// # Errors
///
/// Returns an error if the directory does not exist, or if it is part of the project or its repository.
pub(crate) fn directory(environment: &Environment, project: Option<&Path>) -> Result<PathBuf> {
    let Some(directory) = configured(environment) else {
        bail!(
            "there is no directory for tokens, because HOME is not set; set {DIRECTORY_VARIABLE} to one \
             outside of every repository"
        );
    };
    if !directory.is_absolute() {
        bail!(
            "the directory for tokens is not an absolute path: {}; change {DIRECTORY_VARIABLE}",
            directory.display()
        );
    }
    let directory = disk::real_path(&directory);
    for root in project.into_iter().flat_map(roots) {
        if directory.starts_with(&root) {
            bail!(
                "the directory for tokens, {}, is inside {}, from where they could be committed; set \
                 {DIRECTORY_VARIABLE} to a directory outside of it",
                directory.display(),
                root.display()
            );
        }
    }
    Ok(directory)
}

fn configured(environment: &Environment) -> Option<PathBuf> {
    if let Some(directory) = environment.get(DIRECTORY_VARIABLE) {
        return Some(directory.into());
    }
    let variable = |name: &str| environment.get(name).map(PathBuf::from);
    let absolute = |path: &PathBuf| path.is_absolute();
    let parent = if cfg!(windows) {
        variable("APPDATA")?
    } else {
        let given = variable("XDG_CONFIG_HOME").filter(absolute);
        given.or_else(|| Some(variable("HOME")?.join(".config")))?
    };
    Some(parent.join("toolsmith/tokens"))
}

/// Returns the project and the repository around it.
fn roots(project: &Path) -> Vec<PathBuf> {
    let project = disk::real_path(project);
    let repository = project.ancestors().find(|it| it.join(".git").exists());
    let repository = repository.map(Path::to_owned);
    [Some(project), repository].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_below_the_users_configuration() {
        let found = |variables: &[(&str, &str)]| {
            let found = directory(&Environment::of(variables), None);
            found.map(|found| found.to_string_lossy().into_owned())
        };
        if cfg!(unix) {
            assert_eq!(
                found(&[("HOME", "/user")]).unwrap(),
                "/user/.config/toolsmith/tokens"
            );
            let both = [("HOME", "/user"), ("XDG_CONFIG_HOME", "/conf")];
            assert_eq!(found(&both).unwrap(), "/conf/toolsmith/tokens");
            let given = [("HOME", "/user"), (DIRECTORY_VARIABLE, "/other")];
            assert_eq!(found(&given).unwrap(), "/other");
        }
        let error = found(&[]).unwrap_err().to_string();
        assert!(error.contains("TOOLSMITH_TOKENS"), "{error}");
        assert!(found(&[(DIRECTORY_VARIABLE, "tokens")]).is_err());
    }

    #[test]
    fn tokens_are_never_in_the_repository() {
        let repository = tempfile::tempdir().unwrap();
        let path = |path: &str| repository.path().join(path);
        std::fs::create_dir_all(path("repo/.git")).unwrap();
        std::fs::create_dir_all(path("repo/project/deep")).unwrap();
        let check = |tokens: &str, is_allowed: bool| {
            let tokens = path(tokens);
            let environment = Environment::of(&[(DIRECTORY_VARIABLE, tokens.to_str().unwrap())]);
            let found = directory(&environment, Some(&path("repo/project")));
            assert_eq!(found.is_ok(), is_allowed, "{found:?}");
        };
        check("repo/project/tokens", false);
        check("repo/project/deep/../tokens", false);
        check("repo/tokens", false);
        check("repo", false);
        check("tokens", true);
        check("repository", true);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(path("repo/project/deep"), path("link")).unwrap();
            check("link/tokens", false);
        }
    }
}
