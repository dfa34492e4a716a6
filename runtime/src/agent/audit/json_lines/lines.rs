//! The destination of the lines.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::file_id::{FileId, file_id};
use super::rotation::{Rotating, Rotation, place};

/// The destination of the lines.
pub(super) struct Lines {
    writer: Box<dyn Write + Send>,
    /// The place of the destination, if it is a file.
    place: Option<PathBuf>,
    /// The number of the file in its place.
    number: u64,
    /// Reads the end of the file, if the destination is one.
    file: Option<File>,
    /// The identity of the file, where the system has one.
    opened: Option<FileId>,
    /// The length of the file after the last line, if that was written whole.
    whole_length: Option<u64>,
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
        let place = place(path)?;
        // If another writer begins a file after this, the file is opened again.
        let number = Rotating::lock().number(&place);
        Self::open_number(&place, number)
    }

    fn open_number(path: &Path, number: u64) -> io::Result<Self> {
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
            place: metadata.is_file().then(|| path.to_owned()),
            number,
            file: end.transpose()?,
            opened: file_id(&metadata),
            whole_length: None,
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
            place: None,
            number: 0,
            file: None,
            opened: None,
            whole_length: None,
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
        if self.place.is_none() {
            let message = "only a file that is opened with `JsonLines::append` can be rotated";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        self.rotation = Some(rotation);
        Ok(())
    }

    /// Writes a line, which ends with a line break. If the one before it is incomplete, ends that one first.
    ///
    /// # Errors
    ///
    /// The line cannot be written.
    pub(super) fn write(&mut self, line: &str) -> io::Result<()> {
        // Several writers of this process may rotate one file.
        let mut rotating = self.rotation.map(|_| Rotating::lock());
        if let Some(rotating) = &mut rotating {
            self.begin_file(rotating, line.len());
        }
        let (is_inside_line, length) = match &self.file {
            Some(file) => {
                let length = file.metadata()?.len();
                // Another process may have written the last line.
                let is_ours = self.whole_length == Some(length);
                (!is_ours && is_inside_line(file)?, Some(length))
            }
            None => (self.is_broken, None),
        };
        // Until the line is written, which may fail or panic.
        self.is_broken = true;
        self.whole_length = None;
        let written = if is_inside_line {
            let line = format!("\n{line}");
            self.write_whole(&line)?
        } else {
            self.write_whole(line)?
        };
        self.is_broken = false;
        // If another process writes at the same time, the file has another length.
        self.whole_length = length.map(|length| length.saturating_add(written));
        drop(rotating);
        Ok(())
    }

    /// Writes a text at once, and returns its length.
    fn write_whole(&mut self, text: &str) -> io::Result<u64> {
        self.writer.write_all(text.as_bytes())?;
        self.writer.flush()?;
        Ok(u64::try_from(text.len()).unwrap_or(u64::MAX))
    }

    /// Begins a new file, if a line of this length does not fit into the old one, or follows another writer that has
    /// begun one.
    fn begin_file(&mut self, rotating: &mut Rotating, length: usize) {
        let (Some(rotation), Some(place)) = (self.rotation, &self.place) else {
            return;
        };
        let moved = rotating.make_room(rotation, place, length);
        let begun = moved.and_then(|is_moved| {
            let number = rotating.number(place);
            let is_other =
                is_moved || number != self.number || file_id(&fs::metadata(place)?) != self.opened;
            let open = || Self::open_number(place, number);
            is_other.then(open).transpose()
        });
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
