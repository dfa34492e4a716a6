//! Requests for tokens.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::credentials::{AuthMethod, ClientCredentials, Tokens};
use super::discover::split_scopes;
use super::error::{OAuthError, OAuthErrorKind};
use super::http::{OAuthHttp, Parameters, Reply};
use super::text::redacted;
use crate::single_line::single_line;

/// The name of the endpoint in messages.
const ENDPOINT: &str = "the token endpoint";

/// The parameters that are secrets.
const SECRET_PARAMETERS: [&str; 4] = ["client_secret", "code", "code_verifier", "refresh_token"];

/// The tokens of a response, and the scopes if it names them.
pub(super) struct Granted {
    pub(super) tokens: Tokens,
    pub(super) scopes: Option<Vec<String>>,
}

/// A request for tokens that did not succeed.
pub(super) enum GrantError {
    /// The code or the refresh token is not accepted.
    Invalid(OAuthError),
    /// The server does not know the client, or no longer.
    UnknownClient(OAuthError),
    /// Anything else.
    Other(OAuthError),
}

impl From<GrantError> for OAuthError {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::Invalid(error)
            | GrantError::UnknownClient(error)
            | GrantError::Other(error) => error,
        }
    }
}

/// Sends a request for tokens: `parameters`, and the authentication of the client.
pub(super) async fn request(
    http: &OAuthHttp,
    endpoint: &Url,
    client: &ClientCredentials,
    mut parameters: Parameters<'_>,
) -> Result<Granted, GrantError> {
    let mut basic = None;
    match (&client.secret, client.auth_method) {
        (Some(secret), AuthMethod::Basic) => basic = basic_header(&client.id, secret),
        (Some(secret), AuthMethod::Post) => {
            parameters.push(("client_id", client.id.clone().into()));
            parameters.push(("client_secret", secret.clone()));
        }
        _ => parameters.push(("client_id", client.id.clone().into())),
    }
    let reply = http.post_form(endpoint, ENDPOINT, &parameters, basic).await;
    let reply = reply.map_err(GrantError::Other)?;
    if reply.is_success() {
        return granted(&reply).map_err(GrantError::Other);
    }
    // A server may repeat what it was sent.
    let sent = parameters
        .iter()
        .filter(|(name, _)| SECRET_PARAMETERS.contains(name));
    let sent = sent.map(|(_, value)| value);
    let secrets: Vec<SecretString> = sent.chain(&client.secret).cloned().collect();
    Err(refused(&reply, &secrets))
}

/// Returns the header for a client with a secret. Both parts are encoded first (RFC 6749, 2.3.1).
fn basic_header(id: &str, secret: &SecretString) -> Option<HeaderValue> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret.expose_secret()));
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn refused(reply: &Reply, secrets: &[SecretString]) -> GrantError {
    let code = reply.text("error").unwrap_or_default();
    // The whole text is searched, because a secret could be cut in two.
    let shown = |text: &str| single_line(&redacted(text.to_owned(), secrets));
    let description = reply.text("error_description");
    let description = description.map(|text| format!(": {}", shown(text)));
    let name = match code {
        "" => format!("status {}", reply.status),
        code => shown(code),
    };
    let message = format!(
        "the authorization server refused to grant a token ({name}{})",
        description.unwrap_or_default()
    );
    match (code, reply.status) {
        ("invalid_grant", _) => {
            GrantError::Invalid(OAuthError::new(OAuthErrorKind::Denied, message))
        }
        ("invalid_client" | "unauthorized_client", _) | ("", 401) => {
            GrantError::UnknownClient(OAuthError::new(OAuthErrorKind::Registration, message))
        }
        (_, 500..) | ("temporarily_unavailable" | "slow_down", _) | ("", 429) => {
            GrantError::Other(OAuthError::new(OAuthErrorKind::Connection, message))
        }
        _ => GrantError::Other(OAuthError::new(OAuthErrorKind::Denied, message)),
    }
}

fn granted(reply: &Reply) -> Result<Granted, OAuthError> {
    let invalid = |what: &str| {
        let message = format!("the response of {ENDPOINT} {what}");
        Err(OAuthError::new(OAuthErrorKind::Response, message))
    };
    let is_token =
        |token: &&str| !token.is_empty() && token.bytes().all(|it| it.is_ascii_graphic());
    let Some(access) = reply.text("access_token").filter(is_token) else {
        return invalid("has no `access_token` that can be sent in a header");
    };
    let kind = reply.text("token_type").unwrap_or("Bearer");
    if !kind.eq_ignore_ascii_case("bearer") {
        return invalid("has a token that is not a bearer token");
    }
    let seconds = match reply.json.get("expires_in") {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let lifetime = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let refresh = reply
        .text("refresh_token")
        .filter(|token| !token.is_empty());
    Ok(Granted {
        tokens: Tokens {
            access: access.into(),
            refresh: refresh.map(SecretString::from),
            renew_at: lifetime.and_then(|lifetime| Tokens::renew_at(lifetime, SystemTime::now())),
        },
        scopes: reply.text("scope").map(split_scopes),
    })
}
