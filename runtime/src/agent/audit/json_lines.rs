//! An audit as lines of JSON.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::{Audit, Entry};
use crate::codec::Json;
use crate::redactor::Redactor;

/// An audit that writes a line of JSON for each entry.
///
/// The fields are `at` (milliseconds since 1970), `stage`, `tool`, `effect`, `decision`, `by`,
/// `reason`, `outcome`, `duration_ms`, and `arguments` if [`with_arguments`](Self::with_arguments)
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
    writer: Mutex<Box<dyn Write + Send>>,
    arguments: Option<Redactor>,
}

impl JsonLines {
    /// Appends to a file, which is created if it does not exist.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub fn append(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self::to(file))
    }

    /// Writes to `writer`, with one `write_all` and one `flush` for each line.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self {
            writer: Mutex::new(Box::new(writer)),
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
        put("tool", entry.name.into());
        put("effect", entry.effect().map_or(Json::Null, Json::from));
        put("decision", entry.decision.as_str().into());
        put("by", entry.by.as_str().into());
        put("reason", entry.reason.map_or(Json::Null, Json::from));
        put("outcome", entry.outcome.as_str().into());
        put("duration_ms", duration.into());
        if let Some(redactor) = &self.arguments {
            let mut arguments = parse(entry.arguments);
            redactor.redact(&mut arguments);
            put("arguments", arguments);
        }
        let line = format!("{}\n", Json::Object(fields));
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(line.as_bytes())?;
        writer.flush()
    }
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
