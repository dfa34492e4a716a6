//! Text of servers in messages.

use secrecy::{ExposeSecret, SecretString};

/// The length of a server's text in a message, in characters.
const MAX_CHARACTERS: usize = 200;

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

/// Returns text on one line, shortened, without control characters.
pub(super) fn single_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    let visible = joined.chars().filter(|char| !char.is_control());
    visible.take(MAX_CHARACTERS).collect()
}
