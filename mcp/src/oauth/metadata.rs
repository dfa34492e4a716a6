//! The metadata documents that a client reads before it can ask for authorization.

use serde_json::Value;
use url::Url;

use super::address::{at, origin};
use super::error::{OAuthError, OAuthErrorKind};
use super::http::OAuthHttp;
use crate::single_line::single_line;

/// The metadata of a protected resource (RFC 9728), which is the MCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResourceMetadata {
    /// The identifier of the resource, for which tokens are requested.
    pub(super) resource: String,
    /// The issuers that grant tokens for it.
    pub(super) issuers: Vec<String>,
    /// The scopes that it needs.
    pub(super) scopes: Vec<String>,
}

/// The metadata of an authorization server (RFC 8414 or `OpenID` Connect Discovery).
#[derive(Debug, Clone)]
pub(super) struct ServerMetadata {
    /// The issuer, exactly as the document has it.
    pub(super) issuer: String,
    /// The page on which a person authorizes the program.
    pub(super) authorization_endpoint: Url,
    /// The endpoint that exchanges codes and refresh tokens for tokens.
    pub(super) token_endpoint: Url,
    /// The endpoint at which a program registers itself.
    pub(super) registration_endpoint: Option<Url>,
    /// The scopes that it knows.
    pub(super) scopes: Vec<String>,
    /// The ways in which a client may authenticate; empty if unknown.
    pub(super) auth_methods: Vec<String>,
    /// It accepts the URL of a document as the identifier of a client.
    pub(super) takes_metadata_documents: bool,
    /// Its responses to the browser name the issuer (RFC 9207).
    pub(super) names_issuer: bool,
}

impl ResourceMetadata {
    /// Reads a document. Returns `None` if it is something else.
    pub(super) fn parse(document: &Value) -> Option<Self> {
        let issuers = strings(document, "authorization_servers");
        let resource = document.get("resource").and_then(Value::as_str);
        if resource.is_none() && issuers.is_empty() {
            return None;
        }
        Some(Self {
            resource: resource.unwrap_or_default().to_owned(),
            issuers,
            scopes: strings(document, "scopes_supported"),
        })
    }

    /// Returns `true` if the document describes the server at `url`: itself, or a part of its path.
    pub(super) fn describes(&self, url: &Url) -> bool {
        let Ok(resource) = Url::parse(&self.resource) else {
            return false;
        };
        let (own, wanted) = (resource.path().trim_end_matches('/'), url.path());
        let rest = wanted.strip_prefix(own);
        resource.origin() == url.origin()
            && resource.fragment().is_none()
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl ServerMetadata {
    /// Creates the metadata of a server of the revision 2025-03-26 that has none: its origin is the issuer, and it
    /// must support PKCE and registration.
    pub(super) fn at_default_places(url: &Url) -> Self {
        Self {
            issuer: origin(url),
            authorization_endpoint: at(url, "/authorize"),
            token_endpoint: at(url, "/token"),
            registration_endpoint: Some(at(url, "/register")),
            scopes: Vec::new(),
            auth_methods: Vec::new(),
            takes_metadata_documents: false,
            names_issuer: false,
        }
    }

    /// Reads a document, and checks that a safe authorization is possible.
    pub(super) fn parse(document: &Value, http: &OAuthHttp) -> Result<Self, OAuthError> {
        let issuer = document.get("issuer").and_then(Value::as_str);
        let issuer = issuer.unwrap_or_default();
        let unsupported = |what: &str| {
            let message = format!("the authorization server {} {what}", single_line(issuer));
            OAuthError::new(OAuthErrorKind::Unsupported, message)
        };
        let endpoint = |key: &str, what: &str| -> Result<Option<Url>, OAuthError> {
            let Some(text) = document.get(key).and_then(Value::as_str) else {
                return Ok(None);
            };
            let url = Url::parse(text)
                .map_err(|_| unsupported(&format!("has a `{key}` that is not a URL")))?;
            http.check(&url, what)?;
            Ok(Some(url))
        };
        let required = |key: &str, what: &str| -> Result<Url, OAuthError> {
            endpoint(key, what)?.ok_or_else(|| unsupported(&format!("has no `{key}`")))
        };
        let methods = strings(document, "code_challenge_methods_supported");
        if !methods.iter().any(|method| method == "S256") {
            return Err(unsupported(
                "does not say that it supports PKCE with S256, without which a code can be stolen",
            ));
        }
        for (key, needed) in [
            ("response_types_supported", "code"),
            ("grant_types_supported", "authorization_code"),
        ] {
            let listed = strings(document, key);
            if !listed.is_empty() && !listed.iter().any(|it| it == needed) {
                return Err(unsupported(&format!("does not support `{needed}`")));
            }
        }
        let flag = |key: &str| document.get(key).and_then(Value::as_bool) == Some(true);
        Ok(Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: required(
                "authorization_endpoint",
                "the authorization endpoint",
            )?,
            token_endpoint: required("token_endpoint", "the token endpoint")?,
            registration_endpoint: endpoint("registration_endpoint", "the registration endpoint")?,
            scopes: strings(document, "scopes_supported"),
            auth_methods: strings(document, "token_endpoint_auth_methods_supported"),
            takes_metadata_documents: flag("client_id_metadata_document_supported"),
            names_issuer: flag("authorization_response_iss_parameter_supported"),
        })
    }
}

fn strings(document: &Value, key: &str) -> Vec<String> {
    let list = document.get(key).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_describes_its_server_only() {
        for (resource, url, expected) in [
            ("https://a.test/mcp", "https://a.test/mcp", true),
            ("https://a.test/mcp/", "https://a.test/mcp", true),
            ("https://a.test", "https://a.test/mcp", true),
            ("https://a.test/", "https://a.test/", true),
            ("https://A.test:443/mcp", "https://a.test/mcp", true),
            ("https://a.test/mcp", "https://a.test/mcp/one", true),
            ("https://a.test/mcp", "https://a.test/mcp2", false),
            ("https://a.test/other", "https://a.test/mcp", false),
            ("https://b.test/mcp", "https://a.test/mcp", false),
            ("http://a.test/mcp", "https://a.test/mcp", false),
            ("https://a.test/mcp#x", "https://a.test/mcp", false),
            ("mcp", "https://a.test/mcp", false),
        ] {
            let document =
                json!({"resource": resource, "authorization_servers": ["https://c.test"]});
            let metadata = ResourceMetadata::parse(&document).unwrap();
            let url = Url::parse(url).unwrap();
            assert_eq!(metadata.describes(&url), expected, "{resource} {url}");
        }
        assert_eq!(ResourceMetadata::parse(&json!({"hello": 1})), None);
        assert_eq!(ResourceMetadata::parse(&Value::Null), None);
    }
}
