//! Does what a plan says. Nothing else writes files.

use std::io;
use std::path::{Path, PathBuf};

use super::plan::{Action, Plan, name_path};

impl Plan {
    /// Does it: each file whole or not at all, those that stay the same untouched, orphans last.
    ///
    /// Everything is written beside its place before the first file is replaced, so that a disk
    /// that is full or a folder that may not be written to changes nothing.
    ///
    /// # Errors
    ///
    /// A file that cannot be written, with its path. All files are as they were before; only if
    /// one that was written cannot be moved to its place, some may be new.
    pub fn apply(&self, root: &Path) -> io::Result<()> {
        let mut drafts = Drafts::default();
        for file in &self.files {
            if let (Action::Create | Action::Update, Some(text)) = (file.action, &file.after) {
                drafts.write(&root.join(&file.path), text)?;
            }
        }
        drafts.move_all()?;
        for file in &self.files {
            if file.action == Action::Delete {
                delete(root, &root.join(&file.path))?;
            }
        }
        Ok(())
    }
}

/// Files that are written beside their places, and not there yet. What is left of them when this
/// is dropped goes, with the folders that were made for them.
#[derive(Debug, Default)]
struct Drafts {
    /// Each draft, and its place.
    files: Vec<(PathBuf, PathBuf)>,
    /// The folders that were not there, outermost first.
    folders: Vec<PathBuf>,
}

impl Drafts {
    #[expect(clippy::disallowed_methods, reason = "the write stage is what writes")]
    fn write(&mut self, path: &Path, text: &str) -> io::Result<()> {
        if path.is_dir() {
            return Err(name_path(&io::ErrorKind::IsADirectory.into(), path));
        }
        if let Some(folder) = path.parent() {
            self.make_folder(folder)
                .map_err(|error| name_path(&error, folder))?;
        }
        let draft = draft_of(path);
        self.files.push((draft.clone(), path.to_owned()));
        std::fs::write(&draft, text).map_err(|error| name_path(&error, path))
    }

    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
        let missing = folder.ancestors().take_while(|folder| !folder.exists());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        missing.retain(|folder| !folder.as_os_str().is_empty());
        missing.reverse();
        self.folders.extend(missing);
        std::fs::create_dir_all(folder)
    }

    /// Moves every draft to its place, so that no one ever sees half of a file.
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
    #[expect(clippy::disallowed_methods, reason = "the write stage is what deletes")]
    fn drop(&mut self) {
        for (draft, _) in &self.files {
            // It may never have come into being, or stand in its place already.
            let _ = std::fs::remove_file(draft);
        }
        for folder in self.folders.iter().rev() {
            // One that is not empty stays.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// A name beside `path` that nothing else has: `.lib.rs.4711.new`.
fn draft_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

/// Deletes a file, and the folders that it leaves empty.
#[expect(clippy::disallowed_methods, reason = "the write stage is what deletes")]
fn delete(root: &Path, path: &Path) -> io::Result<()> {
    std::fs::remove_file(path).map_err(|error| name_path(&error, path))?;
    let folders = path
        .ancestors()
        .skip(1)
        .take_while(|folder| *folder != root);
    for folder in folders {
        // A folder that is not empty stays, and so do those above it.
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
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
    fn the_same_tree_gives_the_same_bytes_again() {
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
    fn what_stays_the_same_is_not_touched() {
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
    fn orphans_go_with_the_folders_that_they_leave_empty() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/gone/deep/a.rs", GENERATED);
        put(root.path(), "src/kept/a.rs", GENERATED);
        put(root.path(), "src/kept/mine.rs", "// mine\n");
        apply(&["src/lib.rs"], root.path()).unwrap();
        assert_eq!(list(&root.path().join("src")), ["kept", "lib.rs"]);
        assert_eq!(list(&root.path().join("src/kept")), ["mine.rs"]);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named_and_left_whole() {
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
    fn folders_that_were_made_in_vain_go() {
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
    fn a_folder_that_cannot_be_written_is_left_alone() {
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
            // Not so for root, who may write anywhere.
            let error = result.unwrap_err();
            assert!(error.to_string().contains("src"), "{error}");
            assert_eq!(read(root.path(), "src/lib.rs"), "// @generated before\n");
            assert_eq!(list(&folder), ["lib.rs"]);
        }
    }

    #[test]
    fn an_empty_tree_leaves_what_is_not_generated() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "src/mine.rs", "// mine\n");
        let plan = plan(&FileTree::default(), root.path()).unwrap();
        plan.apply(root.path()).unwrap();
        assert_eq!(list(&root.path().join("src")), ["mine.rs"]);
    }
}
