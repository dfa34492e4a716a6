//! What came back, looked at before it is believed.

use secrecy::ExposeSecret;
use serde_json::Value;

use super::Access;

/// The longest part of a server's words that is repeated.
const LONGEST_MESSAGE: usize = 200;

/// Whether this is a page for people: of a proxy, a login, a site that is not the platform.
pub(super) fn is_html(content_type: Option<&str>, body: &[u8]) -> bool {
    let says_so = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    says_so || first == Some(&b'<')
}

/// The message of an error answer, made fit to be shown: on one line, not too long, without the token.
pub(super) fn message(body: &[u8], access: &Access) -> Option<String> {
    let envelope: Value = serde_json::from_slice(body).ok()?;
    let message = ["message", "error"]
        .iter()
        .find_map(|key| envelope.get(key)?.as_str())?;
    let message = message
        .replace(access.token.expose_secret(), "[token]")
        .replace('"', "'");
    let words: Vec<&str> = message.split_whitespace().collect();
    let shown: String = words
        .join(" ")
        .chars()
        .filter(|char| !char.is_control())
        .take(LONGEST_MESSAGE)
        .collect();
    let shown = shown.trim_end_matches('.').to_owned();
    (!shown.is_empty()).then_some(shown)
}
