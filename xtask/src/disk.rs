//! Reading files. What is written goes through the generator's plan, which writes whole files or none.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Reads a text file that has to be there.
///
/// # Errors
///
/// It cannot be read, or is not text.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that touches the disk"
)]
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a text file, if it is there.
///
/// # Errors
///
/// It is there and cannot be read.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that touches the disk"
)]
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Reads a file, if it is there and is text; other bytes are nobody's business here.
pub(crate) fn read_text(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    String::from_utf8(bytes).ok()
}

/// Every file below a directory, in order; hidden directories and `target` are left out.
///
/// # Errors
///
/// A directory cannot be listed.
pub(crate) fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        let entries = std::fs::read_dir(&directory)
            .with_context(|| format!("cannot list {}", directory.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot list {}", directory.display()))?;
            let name = entry.file_name();
            let is_skipped = name == "target" || name.to_string_lossy().starts_with('.');
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match (is_directory, is_skipped) {
                (true, true) => {}
                (true, false) => waiting.push(entry.path()),
                (false, _) => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Writes a file, and the directories around it that are not there.
///
/// # Errors
///
/// It cannot be written.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that touches the disk"
)]
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
