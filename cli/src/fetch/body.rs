//! Inspection of response bodies.

use secrecy::ExposeSecret;
use serde_json::Value;
use toolsmith_mcp::single_line;

use super::Account;

/// Returns `true` if the body is a web page: of a proxy, a login form or another site.
pub(super) fn is_html(content_type: Option<&str>, body: &[u8]) -> bool {
    let has_html_type = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    has_html_type || first == Some(&b'<')
}

/// Returns the message of an error response on one line, shortened and without the token.
pub(super) fn message(body: &[u8], account: &Account) -> Option<String> {
    let envelope: Value = serde_json::from_slice(body).ok()?;
    let message = ["message", "error"]
        .iter()
        .find_map(|key| envelope.get(key)?.as_str())?;
    let message = message
        .replace(account.token.expose_secret(), "[token]")
        .replace('"', "'");
    let shown = single_line(&message).trim_end_matches('.').to_owned();
    (!shown.is_empty()).then_some(shown)
}
