//! An audit as lines of JSON.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::{Audit, Entry};
use crate::codec::Json;
use crate::redactor::Redactor;

/// An audit that writes a line of JSON for each entry.
///
/// The fields are `at` (milliseconds since 1970), `stage`, `catalog`, `tool`, `effect`, `decision`,
/// `by`, `reason`, `outcome`, `duration_ms`, and `arguments` if [`with_arguments`](Self::with_arguments)
/// is called.
///
/// ```
/// use std::io;
/// use toolsmith_runtime::agent::{JsonLines, Toolbox};
/// use toolsmith_runtime::{Client, Redactor};
///
/// fn audited(client: &Client) -> io::Result<Toolbox> {
///     let audit = JsonLines::append("calls.jsonl")?.with_arguments(Redactor::default());
///     Ok(client.toolbox().audit(audit))
/// }
/// ```
pub struct JsonLines {
    lines: Mutex<Lines>,
    arguments: Option<Redactor>,
}

/// The destination of the lines.
struct Lines {
    writer: Box<dyn Write + Send>,
    /// Reads the end of the file, if the destination is one.
    file: Option<File>,
    /// The last line may be incomplete, because its write failed.
    is_broken: bool,
}

impl JsonLines {
    /// Appends to a file, which is created if it does not exist.
    ///
    /// An entry always begins on a new line. If the file ends inside a line, because a process
    /// ended or a disk was full while it was written, that line is ended first. The rest of it stays
    /// as it is.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub fn append(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let (file, is_readable) = match options.clone().read(true).open(&path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                (options.open(&path)?, false)
            }
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        let end = (is_readable && metadata.is_file()).then(|| file.try_clone());
        Ok(Self::of(Lines {
            file: end.transpose()?,
            writer: Box::new(file),
            // If the end cannot be read, a blank line is better than a lost one.
            is_broken: !is_readable && metadata.len() > 0,
        }))
    }

    /// Writes to `writer`, with one `write_all` and one `flush` for each line. If one of them fails, the
    /// next entry begins with a line break.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self::of(Lines {
            writer: Box::new(writer),
            file: None,
            is_broken: false,
        })
    }

    fn of(lines: Lines) -> Self {
        Self {
            lines: Mutex::new(lines),
            arguments: None,
        }
    }

    /// Writes the arguments, too, with secrets redacted.
    #[must_use]
    pub fn with_arguments(mut self, redactor: Redactor) -> Self {
        self.arguments = Some(redactor);
        self
    }
}

impl Audit for JsonLines {
    fn record(&self, entry: &Entry<'_>) -> io::Result<()> {
        let since_epoch = entry.at.duration_since(SystemTime::UNIX_EPOCH);
        let milliseconds = since_epoch.unwrap_or_default().as_millis();
        let at = u64::try_from(milliseconds).unwrap_or(u64::MAX);
        let duration = u64::try_from(entry.duration.as_millis()).unwrap_or(u64::MAX);
        let mut fields = serde_json::Map::new();
        let mut put = |name: &str, value: Json| {
            fields.insert(name.to_owned(), value);
        };
        put("at", at.into());
        put("stage", entry.stage.to_string().into());
        put("catalog", entry.catalog.map_or(Json::Null, Json::from));
        put("tool", entry.name.into());
        put("effect", entry.effect().map_or(Json::Null, Json::from));
        put("decision", entry.decision.as_str().into());
        put("by", entry.by.as_str().into());
        put("reason", entry.reason.map_or(Json::Null, Json::from));
        put("outcome", entry.outcome.as_str().into());
        put("duration_ms", duration.into());
        if let Some(redactor) = &self.arguments {
            let mut arguments = parse(entry.arguments);
            let marked = entry.tool.map_or(&[][..], |tool| tool.shape.secrets);
            redactor.with_fields(marked).redact(&mut arguments);
            put("arguments", arguments);
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(&Json::Object(fields))
    }
}

impl Lines {
    /// Writes a line. If the one before it is incomplete, ends that one first.
    fn write(&mut self, json: &Json) -> io::Result<()> {
        let is_inside_line = match &self.file {
            // Another process may have written the last line.
            Some(file) => is_inside_line(file)?,
            None => self.is_broken,
        };
        let line_break = if is_inside_line { "\n" } else { "" };
        // Until the line is written, which may fail or panic.
        self.is_broken = true;
        let line = format!("{line_break}{json}\n");
        self.writer.write_all(line.as_bytes())?;
        self.writer.flush()?;
        self.is_broken = false;
        Ok(())
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

/// Parses arguments that are a string, so that secrets inside it can be redacted.
fn parse(arguments: &Json) -> Json {
    match arguments {
        Json::String(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        other => other.clone(),
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("JsonLines").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
