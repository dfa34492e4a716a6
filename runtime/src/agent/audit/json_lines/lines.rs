//! The destination of the lines.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::rotation::Rotation;
use crate::codec::Json;

/// The destination of the lines.
pub(super) struct Lines {
    writer: Box<dyn Write + Send>,
    /// The path of the destination, if it is a file.
    path: Option<PathBuf>,
    /// Reads the end of the file, if the destination is one.
    file: Option<File>,
    /// The last line may be incomplete, because its write failed.
    is_broken: bool,
    rotation: Option<Rotation>,
}

impl Lines {
    /// Opens a file for appending.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let (file, is_readable) = match options.clone().read(true).open(path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                (options.open(path)?, false)
            }
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        let end = (is_readable && metadata.is_file()).then(|| file.try_clone());
        Ok(Self {
            path: metadata.is_file().then(|| path.to_owned()),
            file: end.transpose()?,
            writer: Box::new(file),
            // If the end cannot be read, a blank line is better than a lost one.
            is_broken: !is_readable && metadata.len() > 0,
            rotation: None,
        })
    }

    /// Writes to any destination.
    pub(super) fn to(writer: Box<dyn Write + Send>) -> Self {
        Self {
            writer,
            path: None,
            file: None,
            is_broken: false,
            rotation: None,
        }
    }

    /// Rotates the file from now on.
    ///
    /// # Errors
    ///
    /// The destination is not a file.
    pub(super) fn rotate(&mut self, rotation: Rotation) -> io::Result<()> {
        if self.path.is_none() {
            let message = "only a file that is opened with `JsonLines::append` can be rotated";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        self.rotation = Some(rotation);
        Ok(())
    }

    /// Writes a line. If the one before it is incomplete, ends that one first.
    ///
    /// # Errors
    ///
    /// The line cannot be written.
    pub(super) fn write(&mut self, json: &Json) -> io::Result<()> {
        let line = format!("{json}\n");
        self.begin_file(line.len());
        let is_inside_line = match &self.file {
            // Another process may have written the last line.
            Some(file) => is_inside_line(file)?,
            None => self.is_broken,
        };
        let line_break = if is_inside_line { "\n" } else { "" };
        // Until the line is written, which may fail or panic.
        self.is_broken = true;
        let line = format!("{line_break}{line}");
        self.writer.write_all(line.as_bytes())?;
        self.writer.flush()?;
        self.is_broken = false;
        Ok(())
    }

    /// Begins a new file, if a line of this length does not fit into the old one.
    fn begin_file(&mut self, length: usize) {
        let (Some(rotation), Some(path)) = (self.rotation, &self.path) else {
            return;
        };
        let begun = rotation
            .make_room(path, length)
            .and_then(|is_moved| is_moved.then(|| Self::open(path)).transpose());
        match begun {
            Ok(None) => {}
            Ok(Some(new)) => {
                *self = Self {
                    rotation: self.rotation,
                    ..new
                }
            }
            // The line goes to the old file, wherever that is now.
            Err(error) => {
                tracing::error!(target: "toolsmith", %error, "the file of an audit cannot be rotated");
            }
        }
    }
}

/// Returns `true` if a file ends inside a line.
fn is_inside_line(mut file: &File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    // The file is opened for appending, so this does not change where the next line is written.
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
