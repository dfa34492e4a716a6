//! A record as lines of JSON.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::{Audit, Entry};
use crate::codec::Json;
use crate::redactor::Redactor;

/// A record as lines of JSON, one an entry: `at` (milliseconds since 1970), `stage`, `tool`,
/// `effect`, `decision`, `by`, `reason`, `outcome`, `duration_ms`, and `arguments` if they are
/// asked for.
pub struct JsonLines {
    writer: Mutex<Box<dyn Write + Send>>,
    arguments: Option<Redactor>,
}

impl JsonLines {
    /// Writes at the end of a file, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// It cannot be opened.
    pub fn append(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self::to(file))
    }

    /// Writes to `writer`, one `write_all` and one `flush` a line.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self {
            writer: Mutex::new(Box::new(writer)),
            arguments: None,
        }
    }

    /// Records the arguments as well, with the secrets redacted.
    #[must_use]
    pub fn with_arguments(mut self, redactor: Redactor) -> Self {
        self.arguments = Some(redactor);
        self
    }
}

impl Audit for JsonLines {
    fn record(&self, entry: &Entry<'_>) -> io::Result<()> {
        let since = entry.at.duration_since(SystemTime::UNIX_EPOCH);
        let at = since.unwrap_or_default().as_millis();
        let at = u64::try_from(at).unwrap_or(u64::MAX);
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
            let mut arguments = readable(entry.arguments);
            redactor.redact(&mut arguments);
            put("arguments", arguments);
        }
        let line = format!("{}\n", Json::Object(fields));
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(line.as_bytes())?;
        writer.flush()
    }
}

/// What can be searched for redactor: a text may hold an object.
fn readable(arguments: &Json) -> Json {
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
