//! The token of a client.

use bytes::Bytes;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::scrubber::{Scrubber, trimmed};

/// A bearer token. It has no `Display`, and its `Debug` redacts it.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    secret: SecretString,
    header: HeaderValue,
    scrubber: Scrubber,
}

/// The value of the header. All requests share it, and the last one wipes it.
struct Bearer(SecretString);

impl AsRef<[u8]> for Bearer {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl Token {
    /// Returns `None` if the token is not a valid header value. Blanks at its ends are removed, because
    /// they are not part of the value of a header.
    pub(crate) fn new(secret: SecretString) -> Option<Self> {
        const SCHEME: &str = "Bearer ";
        let secret = trimmed(secret);
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
        let scrubber = Scrubber::new([secret.clone()]);
        Some(Self {
            secret,
            header,
            scrubber,
        })
    }

    /// Returns `Bearer …`, marked as sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Returns the token as a secret.
    pub(crate) fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Returns the token, to compare with and not to keep.
    pub(crate) fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Returns the scrubber, which removes the token from what the server sends.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }
}
