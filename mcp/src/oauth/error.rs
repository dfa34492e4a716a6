//! Errors of authorization.

use std::fmt;

/// An authorization failed, or is required. The message names the remedy and contains no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthError {
    kind: OAuthErrorKind,
    message: String,
}

/// The kind of an [`OAuthError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthErrorKind {
    /// The URL of the MCP server, or an option, cannot be used.
    Configuration,
    /// The MCP server accepts requests without a token.
    NotRequired,
    /// A person has to authorize the program, for the first time or again.
    AuthorizationRequired,
    /// The metadata of the server, or of its authorization server, is absent or contradictory.
    Discovery,
    /// The authorization server lacks something that a safe authorization needs.
    Unsupported,
    /// The authorization server has no client for this program.
    Registration,
    /// The person or the authorization server refused.
    Denied,
    /// A response is not the one that was asked for.
    Response,
    /// The person did not complete the authorization in time.
    Timeout,
    /// A request failed. It may succeed later.
    Connection,
    /// The store of tokens failed.
    Store,
}

impl OAuthError {
    pub(super) fn new(kind: OAuthErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// Creates an error of a store of tokens. The message must not contain a secret.
    #[must_use]
    pub fn store(message: impl Into<String>) -> Self {
        Self::new(OAuthErrorKind::Store, message)
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> OAuthErrorKind {
        self.kind
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for OAuthError {}
