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

    /// Replaces every secret in `text`.
    pub(crate) fn redact(&self, text: String) -> String {
        let secrets = self.0.iter().map(ExposeSecret::expose_secret);
        secrets.fold(text, |text, secret| text.replace(secret, "[secret]"))
    }
}
