//! Compares a tree of files with a directory.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::tree::FileTree;
use crate::header::is_generated;

/// The changes that make a directory match a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Every file of the tree and every orphan, sorted by path.
    pub files: Vec<PlannedFile>,
    /// Files in the folders of generated code that were not generated. They are kept.
    pub strays: Vec<String>,
}

/// One file of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// The path from the root.
    pub path: String,
    /// The change.
    pub action: Action,
    /// The contents on disk, if the file exists.
    pub before: Option<String>,
    /// The new contents, unless the file is deleted.
    pub after: Option<String>,
}

/// The change of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The file does not exist yet.
    Create,
    /// The contents differ.
    Update,
    /// The file is no longer generated.
    Delete,
    /// The file is up to date.
    Keep,
}

impl Plan {
    /// Returns `true` if the directory already matches the tree.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.action == Action::Keep)
    }
}

/// Compares `tree` with the files under `root`. Orphans are searched in `src` and `digest`.
///
/// # Errors
///
/// Returns an error with the path of a file that cannot be read.
pub fn plan(tree: &FileTree, root: &Path) -> io::Result<Plan> {
    plan_within(tree, root, &GENERATED_FOLDERS)
}

/// Compares `tree` with the files under `root`. Orphans are searched in `folders`, which are relative
/// to `root`.
///
/// # Errors
///
/// Returns an error with the path of a file that cannot be read.
pub fn plan_within(tree: &FileTree, root: &Path, folders: &[&str]) -> io::Result<Plan> {
    let mut files = Vec::new();
    for (path, after) in &tree.0 {
        let before = read(&root.join(path))?;
        let action = match &before {
            None => Action::Create,
            Some(before) if is_same(before, after) => Action::Keep,
            Some(_) => Action::Update,
        };
        let after = with_line_ends_of(before.as_deref(), after);
        files.push(PlannedFile {
            path: path.clone(),
            action,
            before,
            after: Some(after),
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

/// The folders of a crate that contain generated files.
const GENERATED_FOLDERS: [&str; 2] = ["src", "digest"];

/// Returns `true` if two texts are equal except for line endings, which a checkout may change.
fn is_same(before: &str, after: &str) -> bool {
    before == after || (before.contains('\r') && before.replace("\r\n", "\n") == after)
}

/// Returns the new text of a file with the line ends of the old one, which a checkout may have chosen.
fn with_line_ends_of(before: Option<&str>, after: &str) -> String {
    let is_converted = before.is_some_and(|before| before.contains("\r\n"));
    if is_converted && !after.contains('\r') {
        after.replace('\n', "\r\n")
    } else {
        after.to_owned()
    }
}

/// Reads a file that may not exist. The contents of a binary file are returned as an empty string:
/// it was not generated.
#[expect(
    clippy::disallowed_methods,
    reason = "the write stage compares files with the disk"
)]
fn read(path: &Path) -> io::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Some(String::new())),
        Err(error) => Err(name_path(&error, path)),
    }
}

/// Returns the files under `folder`, as paths relative to `root`. Symbolic links are not followed.
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

/// Adds a path to an error.
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
    fn creates_every_file_in_an_empty_directory() {
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
    fn ignores_line_endings() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/lib.rs", &GENERATED.replace('\n', "\r\n"));
        let plan = plan(&tree(&["src/lib.rs"]), root.path()).unwrap();
        check(&plan, &[("src/lib.rs", Action::Keep)], &[]);
        assert!(plan.is_empty());
    }

    #[test]
    fn an_updated_file_keeps_its_line_endings() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/lib.rs", "// @generated before\r\n");
        let plan = plan(&tree(&["src/a.rs", "src/lib.rs"]), root.path()).unwrap();
        let after = |index: usize| plan.files[index].after.as_deref().unwrap();
        assert_eq!(after(0), GENERATED);
        assert_eq!(after(1), GENERATED.replace('\n', "\r\n"));
    }

    #[test]
    fn only_files_with_the_header_are_orphans() {
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
    fn updates_a_binary_file() {
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
