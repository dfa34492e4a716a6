//! The state of both servers, and the ways in which they misbehave.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;
use serde_json::{Map, Value};

use super::Received;

/// The behavior of the servers. The default is correct.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a separate kind of behavior"
)]
pub struct Settings {
    /// The challenge of the MCP server names its metadata.
    pub challenge_has_metadata: bool,
    /// The address that the challenge names instead.
    pub metadata_url: Option<String>,
    /// The scopes in the challenge.
    pub challenge_scope: Option<String>,
    /// The MCP server has metadata: at its own well-known path, or only at the root.
    pub metadata_paths: Vec<String>,
    /// The status of every response at the well-known paths of the MCP server's metadata.
    pub metadata_status: Option<u16>,
    /// The MCP server accepts `initialize` and `tools/list` without a token.
    pub is_open: bool,
    /// The scope that a call of a tool needs.
    pub call_scope: String,
    /// Members that replace those of the MCP server's metadata; null removes one.
    pub resource_metadata: Value,
    /// The places of the authorization server's metadata.
    pub server_paths: Vec<String>,
    /// Members that replace those of the authorization server's metadata; null removes one.
    pub server_metadata: Value,
    /// The address to which the metadata of the authorization server redirects.
    pub metadata_redirect: Option<String>,
    /// The address to which the token endpoint redirects.
    pub token_redirect: Option<String>,
    /// The response to the browser.
    pub behavior: Behavior,
    /// The lifetime of access tokens, in seconds.
    pub expires_in: u64,
    /// Refresh tokens can be used once.
    pub rotates: bool,
    /// A client gets a secret when it registers.
    pub gives_secrets: bool,
    /// The status of every response of the token endpoint.
    pub token_status: Option<u16>,
}

/// The response to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Behavior {
    /// A code, the state and the issuer.
    Approve,
    /// The person declines.
    Deny,
    /// A response with another state.
    WrongState,
    /// The response of another issuer.
    WrongIssuer,
    /// A refusal of another issuer.
    DenyAsWrongIssuer,
    /// A response without an issuer.
    NoIssuer,
    /// A response without a code.
    NoCode,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            challenge_has_metadata: true,
            metadata_url: None,
            challenge_scope: None,
            metadata_paths: vec!["/.well-known/oauth-protected-resource/mcp".to_owned()],
            metadata_status: None,
            is_open: false,
            call_scope: "notes:write".to_owned(),
            resource_metadata: Value::Null,
            server_paths: vec!["/.well-known/oauth-authorization-server".to_owned()],
            server_metadata: Value::Null,
            metadata_redirect: None,
            token_redirect: None,
            behavior: Behavior::Approve,
            expires_in: 3600,
            rotates: true,
            gives_secrets: false,
            token_status: None,
        }
    }
}

/// A received request.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The method and the path.
    pub target: String,
    /// The parameters of the query, and of the body if it is a form.
    pub parameters: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// The header `Authorization`.
    pub authorization: Option<String>,
}

/// A registered client.
#[derive(Debug, Clone, Default)]
pub(super) struct Client {
    pub(super) secret: Option<String>,
    pub(super) redirects: Vec<String>,
}

/// The grant behind a code or a refresh token.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) client: String,
    pub(super) challenge: String,
    pub(super) redirect: String,
    pub(super) resource: String,
    pub(super) scope: String,
}

/// The state.
#[derive(Debug)]
pub(super) struct World {
    pub(super) settings: Settings,
    pub(super) origin: String,
    pub(super) issuer: String,
    pub(super) clients: BTreeMap<String, Client>,
    pub(super) codes: BTreeMap<String, Grant>,
    /// The scope of each access token.
    pub(super) access_tokens: BTreeMap<String, String>,
    pub(super) refresh_tokens: BTreeMap<String, Grant>,
    /// Refresh tokens that were used, whose use again ends all others.
    pub(super) used: BTreeSet<String>,
    pub(super) log: Vec<Recorded>,
    pub(super) secrets: Vec<String>,
    last: u64,
}

impl World {
    pub(super) fn new(origin: String, issuer: String) -> World {
        World {
            settings: Settings::default(),
            origin,
            issuer,
            clients: BTreeMap::new(),
            codes: BTreeMap::new(),
            access_tokens: BTreeMap::new(),
            refresh_tokens: BTreeMap::new(),
            used: BTreeSet::new(),
            log: Vec::new(),
            secrets: Vec::new(),
            last: 0,
        }
    }

    /// Returns a new value, which counts as a secret.
    pub(super) fn new_secret(&mut self, kind: &str) -> String {
        self.last += 1;
        let secret = format!("{kind}-s3cr3t-canary-{:04}", self.last);
        self.secrets.push(secret.clone());
        secret
    }

    /// Logs a request and returns its parameters.
    pub(super) fn receive(&mut self, received: &Received) -> BTreeMap<String, String> {
        let body = String::from_utf8_lossy(&received.body).into_owned();
        let form = match received.headers.get("content-type") {
            Some(kind) if kind.as_bytes().starts_with(b"application/x-www-form") => body.as_str(),
            _ => "",
        };
        let mut parameters = parameters(received.uri.query().unwrap_or_default());
        parameters.extend(self::parameters(form));
        let authorization = received.headers.get("authorization");
        let authorization = authorization.and_then(|value| value.to_str().ok());
        self.secrets
            .extend(parameters.get("code_verifier").cloned());
        self.log.push(Recorded {
            target: format!("{} {}", received.method, received.uri.path()),
            parameters: parameters.clone(),
            authorization: authorization.map(str::to_owned),
            body,
        });
        parameters
    }
}

fn parameters(query: &str) -> BTreeMap<String, String> {
    let url = Url::parse(&format!("http://x.test/?{query}"));
    let url = url.ok();
    let pairs = url.iter().flat_map(|url| url.query_pairs());
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Replaces members of a document; null removes one.
pub(super) fn patched(document: Value, patch: &Value) -> Value {
    let mut members: Map<String, Value> = match document {
        Value::Object(members) => members,
        other => return other,
    };
    for (key, value) in patch.as_object().into_iter().flatten() {
        match value {
            Value::Null => members.remove(key),
            value => members.insert(key.clone(), value.clone()),
        };
    }
    Value::Object(members)
}
