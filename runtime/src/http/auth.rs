//! The token of a client.

use bytes::Bytes;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::codec::Json;

/// A bearer token. It has no `Display`, and its `Debug` redacts it.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    secret: SecretString,
    header: HeaderValue,
}

/// The value of the header. All requests share it, and the last one wipes it.
struct Bearer(SecretString);

impl AsRef<[u8]> for Bearer {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl Token {
    /// Returns `None` if the token is not a valid header value.
    pub(crate) fn new(secret: SecretString) -> Option<Self> {
        const SCHEME: &str = "Bearer ";
        let token = secret.expose_secret();
        if token.is_empty() {
            return None;
        }
        // With the final capacity, because a string that grows leaves a copy behind.
        let mut bearer = String::with_capacity(SCHEME.len() + token.len());
        bearer.push_str(SCHEME);
        bearer.push_str(token);
        let bearer = Bytes::from_owner(Bearer(bearer.into()));
        let mut header = HeaderValue::from_maybe_shared(bearer).ok()?;
        header.set_sensitive(true);
        Some(Self { secret, header })
    }

    /// Returns `Bearer …`, marked as sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Returns the token, to compare with and not to keep.
    pub(crate) fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Removes the token from a body, in case the server echoes it.
    pub(crate) fn scrub(&self, body: &Bytes) -> Bytes {
        let token = self.expose().as_bytes();
        if !self.is_telling() || !body.windows(token.len()).any(|window| window == token) {
            return body.clone();
        }
        let text = String::from_utf8_lossy(body).into_owned();
        self.scrub_text(text).into()
    }

    /// Removes the token from a string.
    pub(crate) fn scrub_text(&self, text: String) -> String {
        if self.is_telling() && text.contains(self.expose()) {
            text.replace(self.expose(), "[token]")
        } else {
            text
        }
    }

    /// Removes the token from every string in `json`. Escapes may have hidden it in the source:
    /// some servers write `/` as `\\/` and `+` as `\\u002b`.
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

    /// Returns `true` if the token is long enough. A shorter one appears in strings by chance.
    fn is_telling(&self) -> bool {
        self.expose().len() >= 8
    }
}
