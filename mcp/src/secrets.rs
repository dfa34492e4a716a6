//! Removal of secrets from messages that a server may have written.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::quote::quote;

/// Values of at least this length are removed; shorter ones occur in ordinary text.
const MIN_LENGTH: usize = 4;

/// Words in the name of an argument whose value is a secret.
const SECRET_WORDS: [&str; 6] = ["auth", "credential", "key", "passw", "secret", "token"];

/// The secrets of an endpoint. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets(Arc<Mutex<Vec<SecretString>>>);

impl Secrets {
    fn lock(&self) -> MutexGuard<'_, Vec<SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a secret.
    pub(crate) fn add(&self, secret: SecretString) {
        let mut secrets = self.lock();
        let text = secret.expose_secret();
        let is_known = secrets.iter().any(|known| known.expose_secret() == text);
        if text.len() >= MIN_LENGTH && !is_known {
            secrets.push(secret);
        }
    }

    /// Adds the parts of a URL that may be secrets: its query, the values in it, and long segments of
    /// its path, in which some servers expect the token.
    pub(crate) fn add_url(&self, url: &str) {
        const MIN_SEGMENT_LENGTH: usize = 16;
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let segments = path.split('/').skip(3);
        let values = query
            .split('&')
            .map(|pair| pair.split_once('=').map_or(pair, |(_, value)| value));
        let long = segments
            .chain(values)
            .filter(|part| part.len() >= MIN_SEGMENT_LENGTH);
        for part in [query].into_iter().chain(long) {
            self.add(part.into());
        }
    }

    /// Adds a URL that is a secret: as [`add_url`](Self::add_url), with shorter segments of its path,
    /// and everything after its host.
    pub(crate) fn add_secret_url(&self, url: &str) {
        const MIN_SEGMENT_LENGTH: usize = 8;
        self.add_url(url);
        let (path, _) = url.split_once(['?', '#']).unwrap_or((url, ""));
        let segments = path.split('/').skip(3);
        for segment in segments.filter(|part| part.len() >= MIN_SEGMENT_LENGTH) {
            self.add(segment.into());
        }
    }

    /// Adds the values of arguments whose names say that they are secrets: `--api-key=…`, or
    /// `--token` followed by its value.
    pub(crate) fn add_args<'a>(&self, args: impl IntoIterator<Item = &'a str>) {
        let mut is_value = false;
        for arg in args {
            let (name, value) = match arg.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (arg, None),
            };
            if is_value && !arg.starts_with('-') {
                self.add(arg.into());
            }
            let name = name.to_lowercase();
            let is_secret = SECRET_WORDS.iter().any(|word| name.contains(word));
            if let Some(value) = value.filter(|_| is_secret) {
                self.add(value.into());
            }
            is_value = is_secret && value.is_none() && name.starts_with('-');
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_with_telling_names_are_secrets() {
        let secrets = Secrets::default();
        let args = [
            "-y",
            "@scope/token-server",
            "--api-key=canary-1",
            "--access-token",
            "canary-2",
            "--token",
            "--verbose",
            "folder",
            "APIKEY=canary-3",
        ];
        secrets.add_args(args);
        let text = secrets.redact(args.join(" "));
        assert!(!text.contains("canary"), "{text}");
        assert!(text.contains("folder") && text.contains("@scope/token-server"));
    }
}
