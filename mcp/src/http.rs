//! A server over HTTP.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use toolsmith_dialect::loopback::is_loopback;
use url::Url;

use crate::authorization::TokenSource;
use crate::error::OpenError;
use crate::secrets::Secrets;

/// A server that is reached over streamable HTTP.
#[derive(Clone)]
#[must_use = "no session is opened yet"]
pub struct HttpEndpoint {
    pub(crate) url: String,
    /// The environment variable that contains the URL.
    url_variable: Option<String>,
    pub(crate) token: Token,
    plain_http: PlainHttp,
}

/// The source of a bearer token.
#[derive(Clone)]
pub(crate) enum Token {
    None,
    Given(SecretString),
    /// The name of an environment variable.
    Variable(String),
    Source(Arc<dyn TokenSource>),
}

/// Hosts that may be reached over plain HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlainHttp {
    /// Loopback addresses only.
    Loopback,
    /// All hosts.
    Anywhere,
}

impl HttpEndpoint {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            url_variable: None,
            token: Token::None,
            plain_http: PlainHttp::Loopback,
        }
    }

    pub(crate) fn new_from(variable: String) -> Self {
        Self {
            url_variable: Some(variable),
            ..Self::new(String::new())
        }
    }

    /// Looks up the URL if a variable contains it.
    pub(crate) fn resolve(
        &self,
        variables: &impl Fn(&str) -> Option<String>,
    ) -> Result<Self, OpenError> {
        let Some(name) = &self.url_variable else {
            return Ok(self.clone());
        };
        match variables(name).filter(|url| !url.trim().is_empty()) {
            Some(url) => Ok(Self {
                url: url.trim().to_owned(),
                ..self.clone()
            }),
            None => Err(OpenError::MissingVariables(vec![name.clone()])),
        }
    }

    /// Adds the parts of the URL that may be secrets.
    pub(crate) fn add_secrets(&self, secrets: &Secrets) {
        match self.url_variable {
            Some(_) => secrets.add_secret_url(&self.url),
            None => secrets.add_url(&self.url),
        }
    }

    /// Sets the bearer token.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Token::Given(token.into());
        self
    }

    /// Reads the bearer token from an environment variable. Opening a session fails if the variable
    /// is not set.
    pub fn token_from(mut self, variable: impl Into<String>) -> Self {
        self.token = Token::Variable(variable.into());
        self
    }

    /// Reads the bearer token of each request from a source that may renew it.
    pub fn token_source(mut self, source: Arc<dyn TokenSource>) -> Self {
        self.token = Token::Source(source);
        self
    }

    /// Returns the URL; empty if a variable contains it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Allows plain HTTP to hosts other than this machine. Anyone on the network path can then read
    /// the token, the calls and the results.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = PlainHttp::Anywhere;
        self
    }

    /// Checks that the URL can be used and does not expose the token.
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        let url = Url::parse(&self.url).map_err(|error| {
            OpenError::Url(match &self.url_variable {
                Some(name) => format!("{name} does not contain a URL: {error}"),
                None => error.to_string(),
            })
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OpenError::Credentials);
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.plain_http == PlainHttp::Anywhere || is_loopback(&url) => Ok(()),
            "http" => Err(OpenError::PlainHttp),
            // The start of a token may look like a scheme.
            scheme => Err(OpenError::Url(match &self.url_variable {
                Some(name) => format!("the scheme of the URL in {name} is not `https`"),
                None => format!("the scheme is `{scheme}`, not `https`"),
            })),
        }
    }

    /// Returns `true` if requests go through no proxy: to this machine, and over plain HTTP, where a
    /// proxy could read the token.
    pub(crate) fn is_direct(&self) -> bool {
        Url::parse(&self.url).is_ok_and(|url| url.scheme() == "http" || is_loopback(&url))
    }
}

/// Shows the origin of the URL only, because the path and the query may contain secrets.
impl fmt::Debug for HttpEndpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = Url::parse(&self.url).map(|url| url.origin().ascii_serialization());
        formatter
            .debug_struct("HttpEndpoint")
            .field("origin", &origin.unwrap_or_default())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_credentials_and_plain_http_beyond_loopback() {
        for (url, is_accepted) in [
            ("https://mcp.test/mcp", true),
            ("http://127.0.0.1:80/mcp", true),
            ("http://[::1]/mcp", true),
            ("http://localhost./mcp", true),
            ("http://[::ffff:127.0.0.1]/mcp", true),
            ("http://mcp.test/mcp", false),
            ("http://localhost.mcp.test/mcp", false),
            ("https://me:xyzzy@mcp.test/mcp", false),
            ("https://me@mcp.test/mcp", false),
            ("file:///mcp", false),
        ] {
            let checked = HttpEndpoint::new(url.to_owned()).check();
            assert_eq!(checked.is_ok(), is_accepted, "{url}");
            let error = checked.err().map(|error| error.to_string());
            assert!(!error.is_some_and(|error| error.contains("xyzzy")));
        }
        let endpoint = HttpEndpoint::new("http://mcp.test/mcp".to_owned());
        assert!(endpoint.allow_plain_http().check().is_ok());
    }

    #[test]
    fn requests_to_this_machine_go_through_no_proxy() {
        for (url, is_direct) in [
            ("https://localhost:8443/mcp", true),
            ("https://localhost.:8443/mcp", true),
            ("https://[::ffff:127.0.0.1]:8443/mcp", true),
            ("https://mcp.test/mcp", false),
            ("https://localhost.mcp.test/mcp", false),
        ] {
            assert_eq!(
                HttpEndpoint::new(url.to_owned()).is_direct(),
                is_direct,
                "{url}"
            );
        }
    }
}
