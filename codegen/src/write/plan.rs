//! Compares files as values with a directory.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::tree::{FileTree, is_generated};

/// What has to be done to a directory so that it holds a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Every file of the tree and every orphan, by path.
    pub files: Vec<PlannedFile>,
    /// Files where only generated ones belong that do not bear the header; they stay.
    pub strays: Vec<String>,
}

/// One file of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// The path from the root.
    pub path: String,
    /// What has to be done.
    pub action: Action,
    /// The text on disk, if there is any.
    pub before: Option<String>,
    /// The text to be, unless it goes.
    pub after: Option<String>,
}

/// What has to be done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is not there yet.
    Create,
    /// It says something else.
    Update,
    /// Nothing generates it any more.
    Delete,
    /// Nothing.
    Keep,
}

impl Plan {
    /// Whether the directory holds the tree already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.action == Action::Keep)
    }
}

/// Compares `tree` with the files under `root`.
///
/// # Errors
///
/// A file that cannot be read.
pub fn plan(tree: &FileTree, root: &Path) -> io::Result<Plan> {
    plan_within(tree, root, &FOLDERS)
}

/// The same where orphans are looked for in `folders`, paths from `root`.
///
/// # Errors
///
/// A file that cannot be read.
pub fn plan_within(tree: &FileTree, root: &Path, folders: &[&str]) -> io::Result<Plan> {
    let mut files = Vec::new();
    for (path, after) in &tree.0 {
        let before = read(&root.join(path))?;
        let action = match &before {
            None => Action::Create,
            Some(before) if is_same(before, after) => Action::Keep,
            Some(_) => Action::Update,
        };
        files.push(PlannedFile {
            path: path.clone(),
            action,
            before,
            after: Some(after.clone()),
        });
    }
    let mut strays = Vec::new();
    let mut found = BTreeSet::new();
    for folder in folders {
        found.append(&mut list(root, folder)?);
    }
    for path in found {
        if tree.0.contains_key(&path) {
            continue;
        }
        let before = read(&root.join(&path))?;
        if before.as_deref().is_some_and(is_generated) {
            files.push(PlannedFile {
                path,
                action: Action::Delete,
                before,
                after: None,
            });
        } else {
            strays.push(path);
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(Plan { files, strays })
}

/// The only folders of a crate that orphans are looked for in.
const FOLDERS: [&str; 2] = ["src", "digest"];

/// Whether two texts say the same: a checkout may have changed the ends of lines.
fn is_same(before: &str, after: &str) -> bool {
    before == after || (before.contains('\r') && before.replace("\r\n", "\n") == after)
}

/// The text of a file that may not be there. What is no text was not generated.
#[expect(
    clippy::disallowed_methods,
    reason = "the write stage compares with what is on disk"
)]
fn read(path: &Path) -> io::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Some(String::new())),
        Err(error) => Err(name_path(&error, path)),
    }
}

/// The files under `folder` of `root`, by path from `root`; links are not followed.
fn list(root: &Path, folder: &str) -> io::Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(name_path(&error, &path)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| name_path(&error, &path))?;
            let kind = entry
                .file_type()
                .map_err(|error| name_path(&error, &entry.path()))?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if kind.is_dir() {
                folders.push(path);
            } else {
                files.insert(path);
            }
        }
    }
    Ok(files)
}

/// The same error with the path that it is about.
pub(super) fn name_path(error: &io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::write::tests::{GENERATED, put, tree};

    #[track_caller]
    fn check(plan: &Plan, expected: &[(&str, Action)], strays: &[&str]) {
        let files: Vec<_> = plan
            .files
            .iter()
            .map(|file| (file.path.as_str(), file.action))
            .collect();
        assert_eq!(files, expected);
        assert_eq!(plan.strays, strays);
    }

    #[test]
    fn everything_is_new_in_an_empty_directory() {
        let root = tempfile::tempdir().unwrap();
        let plan = plan(&tree(&["src/lib.rs", "src/a/mod.rs"]), root.path()).unwrap();
        check(
            &plan,
            &[
                ("src/a/mod.rs", Action::Create),
                ("src/lib.rs", Action::Create),
            ],
            &[],
        );
        assert!(!plan.is_empty());
    }

    #[test]
    fn the_ends_of_lines_are_no_difference() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/lib.rs", &GENERATED.replace('\n', "\r\n"));
        let plan = plan(&tree(&["src/lib.rs"]), root.path()).unwrap();
        check(&plan, &[("src/lib.rs", Action::Keep)], &[]);
        assert!(plan.is_empty());
    }

    #[test]
    fn only_what_bears_the_header_is_an_orphan() {
        let root = tempfile::tempdir().unwrap();
        for path in ["src/a/old.rs", "src/gone/mod.rs", "examples/made.rs"] {
            put(root.path(), path, GENERATED);
        }
        for path in ["src/a/mine.rs", "src/mine.rs", "src/a/data.bin"] {
            put(root.path(), path, "// mine\n");
        }
        put(
            root.path(),
            "src/proto.rs",
            "// @generated by prost-build.\n",
        );
        let plan = plan(&tree(&["src/a/mod.rs"]), root.path()).unwrap();
        check(
            &plan,
            &[
                ("src/a/mod.rs", Action::Create),
                ("src/a/old.rs", Action::Delete),
                ("src/gone/mod.rs", Action::Delete),
            ],
            &[
                "src/a/data.bin",
                "src/a/mine.rs",
                "src/mine.rs",
                "src/proto.rs",
            ],
        );
    }

    #[test]
    fn a_file_that_is_no_text_is_no_reason_to_stop() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/lib.rs", "");
        std::fs::File::create(root.path().join("src/lib.rs"))
            .unwrap()
            .write_all(&[0xff])
            .unwrap();
        let plan = plan(&tree(&["src/lib.rs"]), root.path()).unwrap();
        check(&plan, &[("src/lib.rs", Action::Update)], &[]);
    }
}
