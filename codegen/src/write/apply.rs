//! Does what a plan says. Nothing else writes files.

use std::io;
use std::path::{Path, PathBuf};

use super::plan::{Action, Plan, name_path};

impl Plan {
    /// Does it: each file whole or not at all, those that stay the same untouched, orphans last.
    ///
    /// # Errors
    ///
    /// A file that cannot be written, with its path. It is as it was before; so are all that
    /// come after it.
    pub fn apply(&self, root: &Path) -> io::Result<()> {
        for file in &self.files {
            if let (Action::Create | Action::Update, Some(text)) = (file.action, &file.after) {
                replace(&root.join(&file.path), text)?;
            }
        }
        for file in &self.files {
            if file.action == Action::Delete {
                delete(root, &root.join(&file.path))?;
            }
        }
        Ok(())
    }
}

/// Writes a file beside its place and moves it there, so that no one ever sees half of it.
#[expect(clippy::disallowed_methods, reason = "the write stage is what writes")]
fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| name_path(&error, folder))?;
    }
    let draft = draft_of(path);
    let written = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, path));
    written.map_err(|error| {
        // The first error is the one to tell; the draft may never have come into being.
        let _ = std::fs::remove_file(&draft);
        name_path(&error, path)
    })
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
