//! Applies a plan. Nothing else in this crate writes files.

use std::io;
use std::path::{Path, PathBuf};

use super::plan::{Action, Plan, name_path};

impl Plan {
    /// Applies the plan to `root`.
    ///
    /// Each file is replaced atomically. Unchanged files are not touched, and orphans are deleted
    /// last. All new files are first written to temporary files next to their targets, and all
    /// orphans renamed, so that a full disk or a read-only folder changes nothing.
    ///
    /// # Errors
    ///
    /// Returns an error with the path of the file that cannot be written or deleted. No file has
    /// changed then, unless the error occurred while a temporary file was moved to its target.
    pub fn apply(&self, root: &Path) -> io::Result<()> {
        let mut drafts = Drafts::default();
        for file in &self.files {
            if let (Action::Create | Action::Update, Some(text)) = (file.action, &file.after) {
                drafts.write(&root.join(&file.path), text)?;
            }
        }
        let mut orphans = Orphans::default();
        for file in &self.files {
            if file.action == Action::Delete {
                orphans.hide(&root.join(&file.path))?;
            }
        }
        drafts.move_all()?;
        orphans.delete_all(root)
    }
}

/// Temporary files that were written next to their targets. Dropping this value deletes those that
/// were not moved, and the folders that were created for them.
#[derive(Debug, Default)]
struct Drafts {
    /// Each draft and its target.
    files: Vec<(PathBuf, PathBuf)>,
    /// The folders that were created, outermost first.
    folders: Vec<PathBuf>,
}

impl Drafts {
    #[expect(clippy::disallowed_methods, reason = "the write stage writes files")]
    fn write(&mut self, path: &Path, text: &str) -> io::Result<()> {
        if path.is_dir() {
            return Err(name_path(&io::ErrorKind::IsADirectory.into(), path));
        }
        if let Some(folder) = path.parent() {
            self.create_folder(folder)
                .map_err(|error| name_path(&error, folder))?;
        }
        let draft = temporary(path, "new");
        self.files.push((draft.clone(), path.to_owned()));
        std::fs::write(&draft, text).map_err(|error| name_path(&error, path))
    }

    fn create_folder(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|folder| !folder.exists() && !folder.as_os_str().is_empty())
            .collect();
        self.folders
            .extend(missing.into_iter().rev().map(Path::to_owned));
        std::fs::create_dir_all(folder)
    }

    /// Moves every draft to its target.
    fn move_all(mut self) -> io::Result<()> {
        for (draft, path) in &self.files {
            std::fs::rename(draft, path).map_err(|error| name_path(&error, path))?;
        }
        self.files.clear();
        self.folders.clear();
        Ok(())
    }
}

impl Drop for Drafts {
    #[expect(clippy::disallowed_methods, reason = "the write stage deletes files")]
    fn drop(&mut self) {
        for (draft, _) in &self.files {
            // The draft may not have been created, or may have been moved already.
            let _ = std::fs::remove_file(draft);
        }
        for folder in self.folders.iter().rev() {
            // Fails if the folder is not empty.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Files to delete, which were renamed first: a file that cannot be renamed cannot be deleted. Dropping
/// this value renames those back that were not deleted.
#[derive(Debug, Default)]
struct Orphans {
    /// Each hidden file and its path before.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Orphans {
    fn hide(&mut self, path: &Path) -> io::Result<()> {
        let hidden = temporary(path, "old");
        std::fs::rename(path, &hidden).map_err(|error| name_path(&error, path))?;
        self.files.push((hidden, path.to_owned()));
        Ok(())
    }

    /// Deletes the files, and the folders that become empty.
    #[expect(clippy::disallowed_methods, reason = "the write stage deletes files")]
    fn delete_all(mut self, root: &Path) -> io::Result<()> {
        while let Some((hidden, path)) = self.files.pop() {
            if let Err(error) = std::fs::remove_file(&hidden) {
                self.files.push((hidden, path.clone()));
                return Err(name_path(&error, &path));
            }
            let folders = path.ancestors().skip(1);
            for folder in folders.take_while(|folder| *folder != root) {
                // Fails if the folder is not empty. Then its parents are not empty either.
                if std::fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Orphans {
    fn drop(&mut self) {
        for (hidden, path) in &self.files {
            // The error that is the reason for this is reported.
            let _ = std::fs::rename(hidden, path);
        }
    }
}

/// Returns the path of a temporary file next to `path`: `.lib.rs.4711.new`.
fn temporary(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.{ending}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::write::tests::{GENERATED, put, tree};
    use crate::write::{FileTree, plan};

    #[track_caller]
    fn apply(files: &[&str], root: &Path) -> io::Result<()> {
        plan(&tree(files), root).unwrap().apply(root)
    }

    fn read(root: &Path, path: &str) -> String {
        let mut text = String::new();
        let mut file = std::fs::File::open(root.join(path)).unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    }

    fn list(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn applying_a_tree_again_changes_nothing() {
        let root = tempfile::tempdir().unwrap();
        let files = ["src/lib.rs", "src/a/mod.rs"];
        apply(&files, root.path()).unwrap();
        put(root.path(), "src/a/mod.rs", "");
        apply(&files, root.path()).unwrap();
        assert_eq!(read(root.path(), "src/a/mod.rs"), GENERATED);
        assert!(plan(&tree(&files), root.path()).unwrap().is_empty());
        assert_eq!(list(&root.path().join("src")), ["a", "lib.rs"]);
    }

    #[test]
    fn does_not_touch_unchanged_files() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/lib.rs", GENERATED);
        let modified = || {
            std::fs::metadata(root.path().join("src/lib.rs"))
                .unwrap()
                .modified()
                .unwrap()
        };
        let before = modified();
        apply(&["src/lib.rs", "src/a.rs"], root.path()).unwrap();
        assert_eq!(modified(), before);
    }

    #[test]
    fn an_orphan_that_cannot_be_deleted_changes_nothing() {
        let root = tempfile::tempdir().unwrap();
        for path in ["src/a.rs", "src/b.rs", "src/c.rs"] {
            put(root.path(), path, GENERATED);
        }
        put(root.path(), "src/lib.rs", "");
        let plan = plan(&tree(&["src/lib.rs", "src/new.rs"]), root.path()).unwrap();
        // Another program moves it meanwhile.
        let path = |path: &str| root.path().join(path);
        std::fs::rename(path("src/b.rs"), path("b.rs")).unwrap();
        let error = plan.apply(root.path()).unwrap_err();
        assert!(error.to_string().contains("b.rs"), "{error}");
        let kept = ["a.rs", "c.rs", "lib.rs"];
        assert_eq!(list(&root.path().join("src")), kept);
        assert_eq!(read(root.path(), "src/lib.rs"), "");
    }

    #[test]
    fn deletes_orphans_and_folders_that_become_empty() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/gone/deep/a.rs", GENERATED);
        put(root.path(), "src/kept/a.rs", GENERATED);
        put(root.path(), "src/kept/mine.rs", "// mine\n");
        apply(&["src/lib.rs"], root.path()).unwrap();
        assert_eq!(list(&root.path().join("src")), ["kept", "lib.rs"]);
        assert_eq!(list(&root.path().join("src/kept")), ["mine.rs"]);
    }

    #[test]
    fn names_a_file_that_cannot_be_written() {
        let root = tempfile::tempdir().unwrap();
        put(
            root.path(),
            "src/lib.rs/inside.txt",
            "a folder is in the way\n",
        );
        put(root.path(), "src/old.rs", GENERATED);
        let planned = tree(&["src/a.rs", "src/lib.rs"]).0.into_iter();
        let files = planned.map(|(path, text)| crate::write::PlannedFile {
            path,
            action: Action::Create,
            before: None,
            after: Some(text),
        });
        let plan = Plan {
            files: files.collect(),
            strays: Vec::new(),
        };
        let error = plan.apply(root.path()).unwrap_err();
        assert!(error.to_string().contains("lib.rs"), "{error}");
        assert_eq!(list(&root.path().join("src")), ["lib.rs", "old.rs"]);
    }

    #[test]
    fn removes_new_folders_after_a_failure() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "made/z", "a file is in the way\n");
        let planned = tree(&["made/a/b/c.rs", "made/z/lib.rs"]).0.into_iter();
        let files = planned.map(|(path, text)| crate::write::PlannedFile {
            path,
            action: Action::Create,
            before: None,
            after: Some(text),
        });
        let plan = Plan {
            files: files.collect(),
            strays: Vec::new(),
        };
        plan.apply(root.path()).unwrap_err();
        assert_eq!(list(&root.path().join("made")), ["z"]);
    }

    #[cfg(unix)]
    #[test]
    fn leaves_a_read_only_folder_unchanged() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/lib.rs", "// @generated before\n");
        let folder = root.path().join("src");
        let set = |mode| {
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        set(0o555);
        let is_refused = std::fs::File::create(folder.join("probe")).is_err();
        let result = apply(&["src/lib.rs"], root.path());
        set(0o755);
        if is_refused {
            // The root user may write to read-only folders.
            let error = result.unwrap_err();
            assert!(error.to_string().contains("src"), "{error}");
            assert_eq!(read(root.path(), "src/lib.rs"), "// @generated before\n");
            assert_eq!(list(&folder), ["lib.rs"]);
        }
    }

    #[test]
    fn keeps_handwritten_files() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/mine.rs", "// mine\n");
        let plan = plan(&FileTree::default(), root.path()).unwrap();
        plan.apply(root.path()).unwrap();
        assert_eq!(list(&root.path().join("src")), ["mine.rs"]);
    }
}
