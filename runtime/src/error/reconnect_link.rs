//! The link by which a user connects an account again.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

/// Truto's page that connects an account.
const PAGE: &str = "https://app.truto.one/connect-account?link_token=";

/// The characters of a token that are encoded: all but letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The link by which a user connects an account again.
///
/// Everyone who has the link can connect the account, so it is a secret: `Debug` redacts it, and no message of
/// an error contains it. Give it to the user of the account only.
#[derive(Clone)]
pub struct ReconnectLink {
    token: SecretString,
}

impl ReconnectLink {
    pub(crate) fn new(token: impl Into<SecretString>) -> Self {
        Self {
            token: token.into(),
        }
    }

    /// Returns the link token, for Truto's link SDK in a page of your own.
    #[must_use]
    pub fn token(&self) -> &SecretString {
        &self.token
    }

    /// Returns the address of Truto's page for this token.
    #[must_use]
    pub fn url(&self) -> SecretString {
        let token = utf8_percent_encode(self.token.expose_secret(), RESERVED);
        format!("{PAGE}{token}").into()
    }
}

impl fmt::Debug for ReconnectLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ReconnectLink([redacted])")
    }
}
