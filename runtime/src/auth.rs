//! The token: what a call proves its right with.

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// A bearer token. It has no `Display`, and its `Debug` hides it.
#[derive(Debug, Clone)]
pub(crate) struct Token(SecretString);

impl Token {
    /// `None` if it cannot stand in a header.
    pub(crate) fn new(secret: SecretString) -> Option<Self> {
        let token = Self(secret);
        token.header().is_some().then_some(token)
    }

    /// `Bearer …`, marked so that no log of headers shows it.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let secret = self.0.expose_secret();
        if secret.is_empty() {
            return None;
        }
        let mut value = HeaderValue::from_str(&format!("Bearer {secret}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
