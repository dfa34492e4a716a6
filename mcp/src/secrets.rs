//! Removal of secrets from messages that a server may have written.

use secrecy::{ExposeSecret, SecretString};

/// Values of at least this length are removed; shorter ones occur in ordinary text.
const MIN_LENGTH: usize = 4;

/// The secrets of an endpoint.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Adds a secret.
    pub(crate) fn add(&mut self, secret: SecretString) {
        if secret.expose_secret().len() >= MIN_LENGTH {
            self.0.push(secret);
        }
    }

    /// Adds the parts of a URL that may be secrets: its query, the values in it, and long segments of
    /// its path, in which some servers expect the token.
    pub(crate) fn add_url(&mut self, url: &str) {
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
    pub(crate) fn add_secret_url(&mut self, url: &str) {
        const MIN_SEGMENT_LENGTH: usize = 8;
        self.add_url(url);
        let (path, _) = url.split_once(['?', '#']).unwrap_or((url, ""));
        let segments = path.split('/').skip(3);
        for segment in segments.filter(|part| part.len() >= MIN_SEGMENT_LENGTH) {
            self.add(segment.into());
        }
    }

    /// Returns the secrets.
    pub(crate) fn values(&self) -> &[SecretString] {
        &self.0
    }

    /// Replaces every secret in `text`.
    pub(crate) fn redact(&self, text: String) -> String {
        let secrets = self.0.iter().map(ExposeSecret::expose_secret);
        secrets.fold(text, |text, secret| text.replace(secret, "[secret]"))
    }
}
