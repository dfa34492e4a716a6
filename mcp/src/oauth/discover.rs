//! Discovery of the authorization server of an MCP server.

use serde_json::{Value, json};
use url::Url;

use super::address::{at, origin};
use super::error::{OAuthError, OAuthErrorKind};
use super::http::OAuthHttp;
use super::metadata::{ResourceMetadata, ServerMetadata};
use crate::authorization::Challenge;
use crate::single_line::single_line;

/// The well-known path of the metadata of a protected resource.
const RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// The well-known path of the metadata of an authorization server.
const SERVER: &str = "/.well-known/oauth-authorization-server";

/// The well-known path of `OpenID` Connect.
const OPENID: &str = "/.well-known/openid-configuration";

/// The first request of the newer era, and its version.
const DISCOVER: &str = "server/discover";
const MODERN_VERSION: &str = "2026-07-28";

/// The MCP server and its authorization server.
#[derive(Debug)]
pub(super) struct Discovered {
    /// The identifier of the MCP server, for which tokens are requested.
    pub(super) resource: String,
    /// The scopes that the server needs, by its challenge or else by its metadata.
    pub(super) scopes: Vec<String>,
    /// The authorization server.
    pub(super) server: ServerMetadata,
}

/// Discovers the authorization server.
pub(super) async fn discover(http: &OAuthHttp, url: &Url) -> Result<Discovered, OAuthError> {
    let challenge = challenge_of(http, url).await?;
    let is_open = challenge.is_none();
    let challenge = challenge.unwrap_or_default();
    let resource = resource_metadata(http, url, &challenge).await?;
    if is_open && resource.is_none() {
        return Err(OAuthError::new(
            OAuthErrorKind::NotRequired,
            format!("{} accepts requests without authorization", origin(url)),
        ));
    }
    let challenged = challenge.scope.as_deref().map(split_scopes);
    let Some(resource) = resource else {
        // Servers of the revision 2025-03-26 have no metadata: their origin is the issuer, and its endpoints have
        // default places.
        let found = server_metadata(http, &origin(url)).await;
        let server = match found {
            Err(NoMetadata::Absent(_)) if challenge.status == 401 => {
                ServerMetadata::at_default_places(url)
            }
            found => found?,
        };
        return Ok(Discovered {
            resource: canonical(url),
            scopes: challenged.unwrap_or_default(),
            server,
        });
    };
    let server = first_server(http, &resource.issuers).await?;
    Ok(Discovered {
        scopes: challenged.unwrap_or(resource.scopes),
        resource: resource.resource,
        server,
    })
}

/// Returns the identifier of a server whose metadata does not state it.
fn canonical(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    match (url.path(), url.query()) {
        ("/", None) => url.as_str().trim_end_matches('/').to_owned(),
        _ => url.to_string(),
    }
}

/// Splits a list of scopes.
pub(super) fn split_scopes(scopes: &str) -> Vec<String> {
    scopes.split_whitespace().map(str::to_owned).collect()
}

/// Sends a request without a token, and returns the server's challenge. Returns `None` if the server
/// accepts it, as one does that protects some tools only.
async fn challenge_of(http: &OAuthHttp, url: &Url) -> Result<Option<Challenge>, OAuthError> {
    let reply = http.post_message(url, &initialize(), &[]).await?;
    match reply.status {
        401 | 403 => Ok(Some(Challenge::read(reply.status, &reply.headers))),
        // Some servers protect everything but the first message.
        200..300 => modern_challenge_of(http, url).await,
        500.. => Err(OAuthError::new(
            OAuthErrorKind::Connection,
            format!(
                "{} failed (status {}); try again later",
                origin(url),
                reply.status
            ),
        )),
        // It may refuse the message and still have metadata.
        _ => Ok(Some(
            modern_challenge_of(http, url).await?.unwrap_or_default(),
        )),
    }
}

/// Returns the server's challenge to the first message of the newer era, if there is one. A server of the
/// newer era alone refuses that of the older one before it looks for a token.
async fn modern_challenge_of(http: &OAuthHttp, url: &Url) -> Result<Option<Challenge>, OAuthError> {
    let message = json!({
        "jsonrpc": "2.0",
        "id": 2,
        "method": DISCOVER,
        "params": {"_meta": {
            "io.modelcontextprotocol/protocolVersion": MODERN_VERSION,
            "io.modelcontextprotocol/clientCapabilities": {},
        }},
    });
    let headers = [
        ("mcp-protocol-version", MODERN_VERSION),
        ("mcp-method", DISCOVER),
    ];
    let reply = http.post_message(url, &message, &headers).await?;
    let is_challenge = matches!(reply.status, 401 | 403);
    Ok(is_challenge.then(|| Challenge::read(reply.status, &reply.headers)))
}

/// Returns the first message of the older era.
fn initialize() -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "toolsmith", "version": env!("CARGO_PKG_VERSION")},
        },
    })
}

/// Reads the metadata of the server: where its challenge says, or at the well-known places.
async fn resource_metadata(
    http: &OAuthHttp,
    url: &Url,
    challenge: &Challenge,
) -> Result<Option<ResourceMetadata>, OAuthError> {
    let what = "the metadata of the MCP server";
    let invalid = |message: String| Err(OAuthError::new(OAuthErrorKind::Discovery, message));
    if let Some(place) = &challenge.resource_metadata {
        let Ok(place) = url.join(place) else {
            return invalid(format!("{what} is not at a URL"));
        };
        let reply = http.get(&place, what).await?;
        let found = ResourceMetadata::parse(&reply.json).filter(|_| reply.status == 200);
        return match found {
            Some(found) => checked(found, url, what).map(Some),
            None => invalid(format!(
                "{what}, which its challenge names, is not at {} (status {})",
                origin(&place),
                reply.status
            )),
        };
    }
    let path = url.path().trim_end_matches('/');
    let own = (!path.is_empty()).then(|| format!("{RESOURCE}{path}"));
    for path in own.into_iter().chain([RESOURCE.to_owned()]) {
        let reply = http.get(&at(url, &path), what).await?;
        if is_temporary(reply.status) {
            return invalid(format!(
                "{what} at {} cannot be read now: status {}",
                origin(url),
                reply.status
            ));
        }
        let found = ResourceMetadata::parse(&reply.json).filter(|_| reply.status == 200);
        if let Some(found) = found {
            return checked(found, url, what).map(Some);
        }
    }
    Ok(None)
}

/// Returns `true` for a status that says nothing about the document.
fn is_temporary(status: u16) -> bool {
    status == 429 || status >= 500
}

/// Checks that metadata is that of the server and can be used.
fn checked(
    metadata: ResourceMetadata,
    url: &Url,
    what: &str,
) -> Result<ResourceMetadata, OAuthError> {
    let invalid = |message: String| Err(OAuthError::new(OAuthErrorKind::Discovery, message));
    if !metadata.describes(url) {
        return invalid(format!(
            "{what} at {} is that of another server: its `resource` differs from the URL",
            origin(url)
        ));
    }
    if metadata.issuers.is_empty() {
        return invalid(format!("{what} names no authorization server"));
    }
    Ok(metadata)
}

/// Reads the metadata of the first authorization server that can be used.
async fn first_server(http: &OAuthHttp, issuers: &[String]) -> Result<ServerMetadata, OAuthError> {
    let mut problem = None;
    for issuer in issuers {
        match server_metadata(http, issuer).await {
            Ok(server) => return Ok(server),
            Err(error) => problem = problem.or(Some(error.into())),
        }
    }
    Err(problem.unwrap_or_else(|| {
        OAuthError::new(
            OAuthErrorKind::Discovery,
            "there is no authorization server",
        )
    }))
}

/// An authorization server without usable metadata.
enum NoMetadata {
    /// None of its places has a document.
    Absent(OAuthError),
    /// It cannot be read or used.
    Failed(OAuthError),
}

impl From<OAuthError> for NoMetadata {
    fn from(error: OAuthError) -> Self {
        Self::Failed(error)
    }
}

impl From<NoMetadata> for OAuthError {
    fn from(error: NoMetadata) -> Self {
        match error {
            NoMetadata::Absent(error) | NoMetadata::Failed(error) => error,
        }
    }
}

/// Reads the metadata of an authorization server. Its issuer must be the one that was asked for.
async fn server_metadata(http: &OAuthHttp, issuer: &str) -> Result<ServerMetadata, NoMetadata> {
    let what = "the metadata of the authorization server";
    let shown = single_line(issuer);
    let invalid = |message: String| OAuthError::new(OAuthErrorKind::Discovery, message);
    let url = Url::parse(issuer)
        .map_err(|_| invalid(format!("the authorization server `{shown}` is not a URL")))?;
    http.check(&url, "the authorization server")?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid(format!(
            "the authorization server `{shown}` has a query or a fragment"
        ))
        .into());
    }
    let mut problem = NoMetadata::Absent(invalid(format!(
        "the authorization server {shown} has no metadata at its well-known places"
    )));
    for place in server_places(&url) {
        let reply = http.get(&place, what).await?;
        if is_temporary(reply.status) {
            problem = NoMetadata::Failed(invalid(format!(
                "{what} of {shown} cannot be read now: status {}",
                reply.status
            )));
        }
        if reply.status != 200 || !reply.json.is_object() {
            continue;
        }
        let found = reply.json.get("issuer").and_then(Value::as_str);
        let found = found.unwrap_or_default();
        if is_same_issuer(found, issuer) {
            return Ok(ServerMetadata::parse(&reply.json, http)?);
        }
        problem = NoMetadata::Failed(invalid(format!(
            "{what} of {shown} is that of another issuer: `{}`",
            single_line(found)
        )));
    }
    Err(problem)
}

/// Compares issuers. A slash alone as the path makes no difference, because the well-known places are
/// the same.
fn is_same_issuer(found: &str, wanted: &str) -> bool {
    let bare = |issuer: &str| {
        let root = Url::parse(issuer).is_ok_and(|url| url.path() == "/");
        let bare = issuer.strip_suffix('/').filter(|_| root);
        bare.unwrap_or(issuer).to_owned()
    };
    !found.is_empty() && bare(found) == bare(wanted)
}

/// Returns the places of the metadata of an issuer, in the order of the MCP specification.
fn server_places(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    if path.is_empty() {
        return vec![at(issuer, SERVER), at(issuer, OPENID)];
    }
    vec![
        at(issuer, &format!("{SERVER}{path}")),
        at(issuer, &format!("{OPENID}{path}")),
        at(issuer, &format!("{path}{OPENID}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_looked_for_in_the_order_of_the_specification() {
        let places = |issuer: &str| -> Vec<String> {
            let url = Url::parse(issuer).unwrap();
            server_places(&url).iter().map(Url::to_string).collect()
        };
        assert_eq!(
            places("https://a.test/"),
            [
                "https://a.test/.well-known/oauth-authorization-server",
                "https://a.test/.well-known/openid-configuration",
            ]
        );
        assert_eq!(
            places("https://a.test/tenant/1"),
            [
                "https://a.test/.well-known/oauth-authorization-server/tenant/1",
                "https://a.test/.well-known/openid-configuration/tenant/1",
                "https://a.test/tenant/1/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn issuers_are_compared_exactly() {
        for (found, wanted, expected) in [
            ("https://a.test", "https://a.test", true),
            ("https://a.test/", "https://a.test", true),
            ("https://a.test", "https://a.test/", true),
            ("https://a.test/t", "https://a.test/t", true),
            ("https://a.test/t/", "https://a.test/t", false),
            ("https://A.test", "https://a.test", false),
            ("https://a.test:443", "https://a.test", false),
            ("", "https://a.test", false),
        ] {
            assert_eq!(is_same_issuer(found, wanted), expected, "{found} {wanted}");
        }
    }

    #[test]
    fn a_server_identifies_itself_by_its_url() {
        for (url, expected) in [
            ("https://A.test/", "https://a.test"),
            ("https://a.test/mcp", "https://a.test/mcp"),
            ("https://a.test/mcp/#x", "https://a.test/mcp/"),
        ] {
            assert_eq!(canonical(&Url::parse(url).unwrap()), expected);
        }
    }
}
