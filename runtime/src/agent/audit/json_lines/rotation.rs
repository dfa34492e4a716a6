//! Files that are renamed when they are full.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The size of a file, and the number of older ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rotation {
    pub(super) max_bytes: u64,
    pub(super) max_files: usize,
}

/// The numbers of the files that this process has begun, by their places.
static ROTATED: Mutex<BTreeMap<PathBuf, u64>> = Mutex::new(BTreeMap::new());

/// The right to write to rotated files, which one writer of this process has at a time.
pub(super) struct Rotating(MutexGuard<'static, BTreeMap<PathBuf, u64>>);

/// The place of a file: its folder, the same for any path to that, and its name.
pub(super) fn place(path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")))?;
    Ok(folder.join(path.file_name().unwrap_or_default()))
}

impl Rotating {
    /// Waits until no other writer of this process rotates a file or writes to one.
    pub(super) fn lock() -> Self {
        Self(ROTATED.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the number of the file that is in a place now. It is another one if a writer of this process has
    /// begun a new file.
    pub(super) fn number(&self, place: &Path) -> u64 {
        self.0.get(place).copied().unwrap_or_default()
    }

    /// Makes room for a line of this length. Returns `true` if a new file has to be opened.
    ///
    /// # Errors
    ///
    /// A file cannot be renamed.
    pub(super) fn make_room(
        &mut self,
        rotation: Rotation,
        place: &Path,
        length: usize,
    ) -> io::Result<bool> {
        let is_moved = rotation.make_room(place, length)?;
        if is_moved {
            *self.0.entry(place.to_owned()).or_default() += 1;
        }
        Ok(is_moved)
    }
}

impl Rotation {
    /// Renames the file and its predecessors, if a line of this length does not fit into it. Returns `true` if a new
    /// file has to be opened.
    ///
    /// # Errors
    ///
    /// A file cannot be renamed.
    fn make_room(self, path: &Path, length: usize) -> io::Result<bool> {
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
