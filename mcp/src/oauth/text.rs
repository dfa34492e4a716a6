//! Text of servers in messages.

use secrecy::{ExposeSecret, SecretString};

/// Secrets of at least this length are removed; shorter ones occur in ordinary text.
const MIN_SECRET_LENGTH: usize = 4;

/// Replaces secrets in text, which a server may repeat.
pub(super) fn redacted<'a>(
    text: String,
    secrets: impl IntoIterator<Item = &'a SecretString>,
) -> String {
    let secrets = secrets.into_iter().map(ExposeSecret::expose_secret);
    let long = secrets.filter(|secret| secret.len() >= MIN_SECRET_LENGTH);
    long.fold(text, |text, secret| text.replace(secret, "[secret]"))
}
