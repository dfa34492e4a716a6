//! JSON that is printed or serialized without its secrets.

use std::fmt;
use std::sync::LazyLock;

use serde_json::Value as Json;

use super::{REDACTED, Redactor, is_json_text, is_secret_name, may_be_secret};

/// The replacement of a secret, as JSON.
static HIDDEN: LazyLock<Json> = LazyLock::new(|| Json::from(REDACTED));

/// JSON with the secrets redacted that their names show, to print or to serialize.
pub(crate) struct RedactedJson<'a>(pub(crate) &'a Json);

impl serde::Serialize for RedactedJson<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Array(elements) => serializer.collect_seq(elements.iter().map(RedactedJson)),
            Json::Object(fields) => {
                let redacted = fields
                    .iter()
                    .map(|(name, value)| (name, RedactedField { name, value }));
                serializer.collect_map(redacted)
            }
            Json::String(text) if is_json_text(text) => {
                let mut json = self.0.clone();
                Redactor::default().redact(&mut json);
                json.serialize(serializer)
            }
            json => json.serialize(serializer),
        }
    }
}

impl fmt::Display for RedactedJson<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        formatter.write_str(&text)
    }
}

impl fmt::Debug for RedactedJson<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The value of a field as JSON with the secrets redacted, to print or to serialize.
pub(crate) struct RedactedField<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a Json,
}

impl serde::Serialize for RedactedField<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { name, value } = *self;
        match value {
            _ if !is_secret_name(name) => RedactedJson(value).serialize(serializer),
            _ if may_be_secret(name, value) => HIDDEN.serialize(serializer),
            Json::Array(elements) => {
                let redacted = |value| RedactedElement(RedactedField { name, value });
                serializer.collect_seq(elements.iter().map(redacted))
            }
            value => RedactedJson(value).serialize(serializer),
        }
    }
}

impl fmt::Debug for RedactedField<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        formatter.write_str(&text)
    }
}

/// An element of a list of records under the name of a secret.
struct RedactedElement<'a>(RedactedField<'a>);

impl serde::Serialize for RedactedElement<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.value {
            // A record is not a secret as a whole.
            record @ Json::Object(_) => RedactedJson(record).serialize(serializer),
            _ => self.0.serialize(serializer),
        }
    }
}
