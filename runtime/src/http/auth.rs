//! The token: what a call proves its right with.

use bytes::Bytes;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::codec::Json;

/// A bearer token. It has no `Display`, and its `Debug` hides it.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    secret: SecretString,
    header: HeaderValue,
}

/// What stands in the header. All requests share it, and the last of them wipes it.
struct Bearer(SecretString);

impl AsRef<[u8]> for Bearer {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl Token {
    /// `None` if it cannot stand in a header.
    pub(crate) fn new(secret: SecretString) -> Option<Self> {
        const SCHEME: &str = "Bearer ";
        let token = secret.expose_secret();
        if token.is_empty() {
            return None;
        }
        // Of the right size from the start: a text that moves to grow leaves a copy behind.
        let mut bearer = String::with_capacity(SCHEME.len() + token.len());
        bearer.push_str(SCHEME);
        bearer.push_str(token);
        let bearer = Bytes::from_owner(Bearer(bearer.into()));
        let mut header = HeaderValue::from_maybe_shared(bearer).ok()?;
        header.set_sensitive(true);
        Some(Self { secret, header })
    }

    /// `Bearer …`, marked so that no log of headers shows it.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The token itself, to compare with and not to keep.
    pub(crate) fn expose(&self) -> &str {
        self.secret.expose_secret()
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

    /// Takes the token out of every text in `json`. In the text that it was read from, escapes may
    /// have hidden it: some servers write `/` as `\\/` and `+` as `\\u002b`.
    pub(crate) fn scrub_json(&self, json: &mut Json) {
        match json {
            Json::String(text) => *text = self.scrub_text(std::mem::take(text)),
            Json::Array(elements) => {
                for element in elements {
                    self.scrub_json(element);
                }
            }
            Json::Object(fields) => {
                for value in fields.values_mut() {
                    self.scrub_json(value);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// Whether it is long enough to be one; a shorter one stands in every text by chance.
    fn is_telling(&self) -> bool {
        self.expose().len() >= 8
    }
}
