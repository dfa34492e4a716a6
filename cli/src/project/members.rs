//! The members of a workspace, as Cargo finds them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use glob::{MatchOptions, Pattern};

use super::manifest::{FILE, Manifest};
use super::{normalized, relative};

/// A `*` does not match `/`.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl Manifest {
    /// Returns `true` if a directory below the root is a member of this workspace.
    pub(crate) fn has_member(&self, directory: &Path) -> bool {
        if self.excludes(directory) {
            return false;
        }
        let path = relative(&self.directory, directory);
        let is_named = |member: &&str| {
            let member = cleaned(member);
            let pattern = Pattern::new(&member);
            member == path || pattern.is_ok_and(|it| it.matches_with(&path, OPTIONS))
        };
        path == "." || self.workspace_list("members").iter().any(is_named)
    }

    /// Returns `true` if the workspace excludes a directory. A member that is named explicitly is not
    /// excluded.
    pub(crate) fn excludes(&self, directory: &Path) -> bool {
        let contains = |path: &&str| {
            let path = normalized(&self.directory.join(path));
            directory.starts_with(path)
        };
        let is_excluded = self.workspace_list("exclude").iter().any(contains);
        is_excluded && !self.workspace_list("members").iter().any(contains)
    }

    /// Returns the manifests of the packages of this workspace.
    ///
    /// # Errors
    ///
    /// Returns an error if the manifest of a member cannot be read.
    pub(crate) fn members(&self) -> Result<Vec<Self>> {
        let mut found = vec![self.clone()];
        for member in self.workspace_list("members") {
            for directory in expand(&self.directory, member) {
                if !self.excludes(&directory) {
                    found.extend(Self::read(&directory)?);
                }
            }
        }
        found.retain(Self::is_package);
        Ok(found)
    }

    /// Returns the manifest of the member with this name.
    ///
    /// # Errors
    ///
    /// Returns an error if the manifest of a member cannot be read.
    pub(crate) fn member_named(&self, name: &str) -> Result<Option<Self>> {
        let mut members = self.members()?.into_iter();
        Ok(members.find(|member| member.name() == Some(name)))
    }
}

/// Returns the directories with a manifest that a path or pattern of `members` names.
fn expand(root: &Path, member: &str) -> Vec<PathBuf> {
    let root = Pattern::escape(&root.to_string_lossy());
    let pattern = format!("{root}/{}", cleaned(member));
    let Ok(paths) = glob::glob_with(&pattern, OPTIONS) else {
        return Vec::new();
    };
    let directories = paths.filter_map(Result::ok);
    directories
        .filter(|path| path.join(FILE).is_file())
        .collect()
}

/// Removes `./` and a trailing `/` from a path.
fn cleaned(member: &str) -> String {
    let member = member.replace('\\', "/");
    let member = member.trim_start_matches("./").trim_end_matches('/');
    member.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(root: &Path, keys: &str) -> Manifest {
        let text = format!("[workspace]\n{keys}\n");
        crate::project::tests_support::put(&root.join(FILE), &text);
        Manifest::read(root).unwrap().unwrap()
    }

    #[test]
    fn finds_members_by_path_and_pattern() {
        let root = tempfile::tempdir().unwrap();
        for (keys, directory, is_member) in [
            ("members = [\"crates/*\"]", "crates/tools", true),
            ("members = [\"crates/*\"]", "crates/a/tools", false),
            ("members = [\"crates/**\"]", "crates/a/tools", true),
            ("members = [\"./crates/tools/\"]", "crates/tools", true),
            ("members = [\"crates/t[o]ols\"]", "crates/tools", true),
            ("members = [\"app\"]", "crates/tools", false),
            ("", "crates/tools", false),
            (
                "members = [\"crates/*\"]\nexclude = [\"crates/tools\"]",
                "crates/tools",
                false,
            ),
            (
                "members = [\"crates/*\"]\nexclude = [\"crates\"]",
                "crates/tools",
                false,
            ),
            (
                "members = [\"crates/tools\"]\nexclude = [\"crates\"]",
                "crates/tools",
                true,
            ),
        ] {
            let workspace = workspace(root.path(), keys);
            let found = workspace.has_member(&root.path().join(directory));
            assert_eq!(found, is_member, "{keys}: {directory}");
        }
    }

    #[test]
    fn finds_the_member_with_a_name() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().join("a [b] c");
        let package = |name: &str| format!("[package]\nname = \"{name}\"\n");
        crate::project::tests_support::put(&root.join("crates/x/Cargo.toml"), &package("tools"));
        crate::project::tests_support::put(&root.join("crates/y/Cargo.toml"), &package("other"));
        let workspace = workspace(&root, "members = [\"crates/*\"]\nexclude = [\"crates/y\"]");
        let found = workspace.member_named("tools").unwrap().unwrap();
        assert!(found.directory.ends_with("crates/x"));
        assert!(workspace.member_named("other").unwrap().is_none());
    }
}
