//! Bearer tokens, and the challenges of servers that refuse them.

use std::fmt;
use std::pin::Pin;

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use secrecy::SecretString;

/// A source of bearer tokens that may change, such as an OAuth client.
///
/// A session asks it before each request, so it should keep the token until it expires.
pub trait TokenSource: Send + Sync + 'static {
    /// Returns the token for the next request, or `None` to send none.
    ///
    /// After a response of 401, or of 403 for missing scopes, `refused` has the challenge and the token
    /// that the server refused. The request is then sent once more, unless the same token is returned.
    fn token<'a>(&'a self, refused: Option<&'a RefusedToken>) -> TokenFuture<'a>;
}

/// A future that resolves to a token.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<SecretString>, TokenError>> + Send + 'a>>;

/// A token that a server refused.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RefusedToken {
    /// The token; `None` if none was sent.
    pub token: Option<SecretString>,
    /// The challenge of the server.
    pub challenge: Challenge,
}

/// A [`TokenSource`] has no token. The message names the remedy and contains no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenError {
    kind: TokenErrorKind,
    message: String,
}

/// The kind of a [`TokenError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenErrorKind {
    /// The source may have a token later.
    Temporary,
    /// A person has to authorize the program first.
    AuthorizationRequired,
    /// A person has to grant the program more permissions first.
    InsufficientScope,
    /// The source is misconfigured, or its token cannot be sent.
    Invalid,
}

impl TokenError {
    /// Creates an error with a message, of a source that may have a token later.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            kind: TokenErrorKind::Temporary,
            message: message.into(),
        }
    }

    /// Sets the kind. The default is [`TokenErrorKind::Temporary`].
    #[must_use]
    pub fn with_kind(self, kind: TokenErrorKind) -> Self {
        Self { kind, ..self }
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> TokenErrorKind {
        self.kind
    }

    /// Replaces the message.
    pub(crate) fn map_message(self, map: impl FnOnce(String) -> String) -> Self {
        Self {
            message: map(self.message),
            ..self
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for TokenError {}

/// The challenge of a response of 401 or 403: the parameters of its `WWW-Authenticate: Bearer`
/// header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// The status of the response: 401 or 403.
    pub status: u16,
    /// The URL of the metadata of the protected resource.
    pub resource_metadata: Option<String>,
    /// The scopes that a token needs, separated by spaces.
    pub scope: Option<String>,
    /// The error code: `invalid_token` or `insufficient_scope`.
    pub error: Option<String>,
    /// The explanation of the error.
    pub error_description: Option<String>,
}

impl Challenge {
    /// Reads the challenge of a response. Parameters are absent if the response does not have them.
    #[must_use]
    pub fn read(status: u16, headers: &HeaderMap) -> Self {
        let mut challenge = Self {
            status,
            ..Self::default()
        };
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        for value in values.filter_map(|value| value.to_str().ok()) {
            for (name, value) in bearer_parameters(value) {
                let place = match name.to_ascii_lowercase().as_str() {
                    "resource_metadata" => &mut challenge.resource_metadata,
                    "scope" => &mut challenge.scope,
                    "error" => &mut challenge.error,
                    "error_description" => &mut challenge.error_description,
                    _ => continue,
                };
                place.get_or_insert(value);
            }
        }
        challenge
    }

    /// Returns `true` if a token with more scopes may be accepted.
    #[must_use]
    pub fn is_insufficient_scope(&self) -> bool {
        self.error.as_deref() == Some("insufficient_scope")
    }
}

/// Returns the parameters of the `Bearer` challenges in a header, which may have challenges of other
/// schemes.
fn bearer_parameters(header: &str) -> Vec<(&str, String)> {
    let mut parameters = Vec::new();
    let mut is_bearer = false;
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            match rest.chars().next() {
                // A stray `=` is skipped.
                Some(_) => rest = rest.get(1..).unwrap_or_default(),
                None => return parameters,
            }
            continue;
        }
        if let Some(value) = after.trim_start().strip_prefix('=') {
            let (value, after) = parameter_value(value.trim_start());
            if is_bearer {
                parameters.push((name, value));
            }
            rest = after;
        } else {
            is_bearer = name.eq_ignore_ascii_case("bearer");
            rest = after;
        }
    }
}

/// Splits a value, quoted or not, from what follows it.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_parameters_of_bearer_challenges_alone() {
        let cases = [
            ("Bearer", [None, None, None]),
            (
                r#"Bearer error="insufficient_scope", scope="files:read files:write""#,
                [
                    None,
                    Some("files:read files:write"),
                    Some("insufficient_scope"),
                ],
            ),
            (
                r#"Basic realm="a, scope=\"no\"", bearer resource_metadata="https://a.test/.well-known/x?a=1,b", scope=one"#,
                [
                    Some("https://a.test/.well-known/x?a=1,b"),
                    Some("one"),
                    None,
                ],
            ),
            (r#"DPoP scope="no", error="no""#, [None, None, None]),
            (
                "Bearer resource_metadata=https://a.test/.well-known/oauth-protected-resource/mcp",
                [
                    Some("https://a.test/.well-known/oauth-protected-resource/mcp"),
                    None,
                    None,
                ],
            ),
            (r#"Bearer , = scope = "open"#, [None, Some("open"), None]),
        ];
        for (header, [resource_metadata, scope, error]) in cases {
            let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, header.parse().unwrap())]);
            let challenge = Challenge::read(401, &headers);
            let read = [
                &challenge.resource_metadata,
                &challenge.scope,
                &challenge.error,
            ];
            let read = read.map(Option::as_deref);
            assert_eq!(read, [resource_metadata, scope, error], "{header}");
        }
    }
}
