//! The token: what a call proves its right with.

use bytes::Bytes;
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

    /// The token itself, to compare with and not to keep.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// `body` without the token, should a server send it back.
    pub(crate) fn scrub(&self, body: &Bytes) -> Bytes {
        let token = self.expose().as_bytes();
        if !self.is_telling() || !body.windows(token.len()).any(|window| window == token) {
            return body.clone();
        }
        let text = String::from_utf8_lossy(body).into_owned();
        self.scrub_text(text).into()
    }

    /// `text` without the token.
    pub(crate) fn scrub_text(&self, text: String) -> String {
        if self.is_telling() && text.contains(self.expose()) {
            text.replace(self.expose(), "[token]")
        } else {
            text
        }
    }

    /// Whether it is long enough to be one; a shorter one stands in every text by chance.
    fn is_telling(&self) -> bool {
        self.expose().len() >= 8
    }
}
