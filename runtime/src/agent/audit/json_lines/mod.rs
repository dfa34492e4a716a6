//! An audit as lines of JSON.

mod file_id;
mod lines;
mod rotation;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Map;

use super::{Audit, AuditEntry, FIELDS};
use crate::codec::Json;
use crate::redactor::Redactor;
use lines::Lines;
use rotation::Rotation;

/// An audit that writes a line of JSON for each entry. Clones write to the same destination.
///
/// The fields are `at` (milliseconds since 1970), `stage`, `catalog`, `tool`, `effect`, `account`,
/// `call_id`, `principal`, `session`, `decision`, `by`, `reason`, `approval`, `idempotency_key`,
/// `outcome`, `duration_ms`, those of the program ([`with`](Self::with)), and `arguments` if
/// [`with_arguments`](Self::with_arguments) is called.
///
/// ```
/// use std::io;
/// use toolsmith_runtime::agent::{JsonLines, Toolbox};
/// use toolsmith_runtime::{Client, Redactor};
///
/// /// Returns the tools for a customer. All customers have one file, of at most 10 MB, and nine older ones.
/// fn audited(client: &Client, audit: &JsonLines, customer: &str) -> Toolbox {
///     client.toolbox().audit(audit.clone().with("customer", customer))
/// }
///
/// fn open() -> io::Result<JsonLines> {
///     JsonLines::append("calls.jsonl")?
///         .with_arguments(Redactor::default())
///         .rotate(10_000_000, 9)
/// }
/// ```
#[derive(Clone)]
pub struct JsonLines {
    lines: Arc<Mutex<Lines>>,
    arguments: Option<Redactor>,
    /// The fields of the program.
    fields: Map<String, Json>,
}

impl JsonLines {
    /// Appends to a file, which is created if it does not exist.
    ///
    /// An entry always begins on a new line. If the file ends with an incomplete line, because a process ended or a
    /// disk was full, a line break is added first; the incomplete line is kept.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub fn append(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self::of(Lines::open(path.as_ref())?))
    }

    /// Writes to `writer`, with one `write_all` and one `flush` for each line. If one of them fails, the
    /// next entry begins with a line break.
    #[must_use]
    pub fn to(writer: impl io::Write + Send + 'static) -> Self {
        Self::of(Lines::to(Box::new(writer)))
    }

    fn of(lines: Lines) -> Self {
        Self {
            lines: Arc::new(Mutex::new(lines)),
            arguments: None,
            fields: Map::new(),
        }
    }

    /// Rotates the file before it would exceed `bytes`, and keeps `files` older files (at least one);
    /// `calls.jsonl.1` is the most recent. A record is never split; one larger than `bytes` gets a separate file.
    ///
    /// Several clones and toolboxes may write to the file, but only one process, because another would also rotate it.
    /// If the file cannot be renamed, entries are written to it regardless of its size, and the error is logged.
    ///
    /// # Errors
    ///
    /// The destination is not a file that was opened with [`append`](Self::append).
    pub fn rotate(self, bytes: u64, files: usize) -> io::Result<Self> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.rotate(Rotation {
            max_bytes: bytes,
            max_files: files.max(1),
        })?;
        drop(lines);
        Ok(self)
    }

    /// Adds a field to each entry that is recorded through this value. A field with the name of a standard field gets
    /// an underscore before its name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        let mut name = name.into();
        if FIELDS.contains(&name.as_str()) {
            name.insert(0, '_');
        }
        self.fields.insert(name, value.into());
        self
    }

    /// Writes the arguments, too, with secrets redacted.
    #[must_use]
    pub fn with_arguments(mut self, redactor: Redactor) -> Self {
        self.arguments = Some(redactor);
        self
    }
}

impl Audit for JsonLines {
    fn record(&self, entry: &AuditEntry<'_>) -> io::Result<()> {
        let mut fields = entry.fields();
        let own = self.fields.iter();
        fields.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        if let Some(redactor) = &self.arguments {
            let arguments = entry.arguments_without_secrets(redactor);
            fields.insert("arguments".to_owned(), arguments);
        }
        // Before the lock, for which others wait.
        let line = format!("{}\n", Json::Object(fields));
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(&line)
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&String> = self.fields.keys().collect();
        formatter
            .debug_struct("JsonLines")
            .field("fields", &fields)
            .finish_non_exhaustive()
    }
}
