//! Files that are renamed when they are full.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The size of a file, and the number of older ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rotation {
    pub(super) max_bytes: u64,
    pub(super) max_files: usize,
}

impl Rotation {
    /// Renames the file and its predecessors, if a line of this length does not fit into it. Returns `true` if a new
    /// file has to be opened.
    ///
    /// # Errors
    ///
    /// A file cannot be renamed.
    pub(super) fn make_room(self, path: &Path, length: usize) -> io::Result<bool> {
        let size = match fs::metadata(path) {
            Ok(metadata) => metadata.len(),
            // Someone else has moved it, or a rename was not followed by a new file.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        if size == 0 || size.saturating_add(length) <= self.max_bytes {
            return Ok(false);
        }
        // A process that died here has left a gap, which the files before it fill.
        let is_free = |number: &usize| !older(path, *number).exists();
        let free = (1..self.max_files).find(is_free);
        for number in (1..free.unwrap_or(self.max_files)).rev() {
            fs::rename(older(path, number), older(path, number + 1))?;
        }
        fs::rename(path, older(path, 1))?;
        Ok(true)
    }
}

/// Returns the path of an older file; that of number 1 is the latest.
fn older(path: &Path, number: usize) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    PathBuf::from(name)
}
