//! Removal of secrets from messages that a server may have written.

mod arguments;
mod forms;
mod names;
#[cfg(test)]
mod tests;
mod urls;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::quote::quote;

/// Values of at least this length are removed; shorter ones occur in ordinary text.
const MIN_LENGTH: usize = 4;

/// The secrets of an endpoint. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets(Arc<Mutex<Vec<SecretString>>>);

impl Secrets {
    fn lock(&self) -> MutexGuard<'_, Vec<SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a secret, and the forms in which a server may repeat it.
    pub(crate) fn add(&self, secret: SecretString) {
        let mut secrets = self.lock();
        let text = secret.expose_secret();
        if text.len() < MIN_LENGTH || is_known(&secrets, text) {
            return;
        }
        let forms = forms::written(text);
        secrets.push(secret);
        for form in forms {
            if !is_known(&secrets, &form) {
                secrets.push(form.into());
            }
        }
    }

    /// Returns the secrets.
    pub(crate) fn values(&self) -> Vec<SecretString> {
        self.lock().clone()
    }

    /// Replaces every secret in `text`.
    pub(crate) fn redact(&self, text: String) -> String {
        let secrets = self.lock();
        let mut secrets: Vec<&str> = secrets.iter().map(ExposeSecret::expose_secret).collect();
        // The longest first, because a secret may contain another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let secrets = secrets.into_iter();
        secrets.fold(text, |text, secret| {
            if text.contains(secret) {
                text.replace(secret, "[secret]")
            } else {
                text
            }
        })
    }

    /// Returns the beginning of a text from outside without secrets. A secret is not cut, because its
    /// beginning would not be found later.
    pub(crate) fn quote(&self, text: &str) -> String {
        quote(&self.redact(text.to_owned()))
    }

    /// Replaces every secret in the names and the strings of `json`.
    pub(crate) fn redact_json(&self, json: Value) -> Value {
        match json {
            Value::String(text) => Value::String(self.redact(text)),
            Value::Array(items) => {
                let items = items.into_iter();
                items.map(|item| self.redact_json(item)).collect()
            }
            Value::Object(members) => {
                let members = members.into_iter();
                let members =
                    members.map(|(name, value)| (self.redact(name), self.redact_json(value)));
                Value::Object(members.collect())
            }
            other => other,
        }
    }

    /// Replaces every secret in the values of headers.
    pub(crate) fn redact_headers(&self, mut headers: HeaderMap) -> HeaderMap {
        for value in headers.values_mut() {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let redacted = self.redact(text.clone());
            if redacted != text {
                let redacted = HeaderValue::from_str(&redacted);
                *value = redacted.unwrap_or_else(|_| HeaderValue::from_static("[secret]"));
            }
        }
        headers
    }
}

fn is_known(secrets: &[SecretString], text: &str) -> bool {
    secrets.iter().any(|known| known.expose_secret() == text)
}
