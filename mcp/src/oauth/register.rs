//! The identity of this program at an authorization server.

use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::credentials::{AuthMethod, ClientCredentials};
use super::error::{OAuthError, OAuthErrorKind};
use super::http::OAuthHttp;
use super::metadata::ServerMetadata;
use crate::single_line::single_line;

/// The sources of an identity, in the order in which they are used.
#[derive(Clone, Default)]
pub(super) struct Identity {
    /// A client that a person registered, and its secret.
    pub(super) registered: Option<(String, Option<SecretString>)>,
    /// The URL of a document about this program, which servers accept as the identifier of a client.
    pub(super) metadata_url: Option<String>,
    /// The name under which the program registers itself.
    pub(super) name: String,
}

/// Returns a client for an authorization server, by the order of the MCP specification: one that a
/// person registered, the URL of a document, a new registration.
pub(super) async fn client_for(
    identity: &Identity,
    server: &ServerMetadata,
    redirect: &Url,
    scopes: &[String],
    http: &OAuthHttp,
) -> Result<ClientCredentials, OAuthError> {
    if let Some((id, secret)) = &identity.registered {
        let auth_method = match secret {
            None => AuthMethod::None,
            Some(_) => secret_method(server, None),
        };
        return Ok(ClientCredentials {
            id: id.clone(),
            secret: secret.clone(),
            auth_method,
        });
    }
    if let Some(url) = identity
        .metadata_url
        .as_ref()
        .filter(|_| server.takes_metadata_documents)
    {
        return Ok(ClientCredentials {
            id: url.clone(),
            secret: None,
            auth_method: AuthMethod::None,
        });
    }
    let Some(endpoint) = &server.registration_endpoint else {
        return Err(OAuthError::new(
            OAuthErrorKind::Registration,
            format!(
                "the authorization server {} does not let programs register themselves; register a client \
                 there and give its id",
                single_line(&server.issuer)
            ),
        ));
    };
    register(endpoint, identity, server, redirect, scopes, http).await
}

/// Registers the program (RFC 7591).
async fn register(
    endpoint: &Url,
    identity: &Identity,
    server: &ServerMetadata,
    redirect: &Url,
    scopes: &[String],
    http: &OAuthHttp,
) -> Result<ClientCredentials, OAuthError> {
    let mut document = json!({
        "client_name": identity.name,
        "redirect_uris": [redirect.as_str()],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": preferred_method(server).as_str(),
        "application_type": "native",
    });
    if let (false, Value::Object(members)) = (scopes.is_empty(), &mut document) {
        members.insert("scope".to_owned(), scopes.join(" ").into());
    }
    let reply = http
        .post_json(endpoint, "the registration endpoint", &document)
        .await?;
    let refuse = |why: String| {
        let message = format!(
            "the authorization server {} did not register this program: {why}; register a client there and \
             give its id",
            single_line(&server.issuer)
        );
        Err(OAuthError::new(OAuthErrorKind::Registration, message))
    };
    if !reply.is_success() {
        let why = reply
            .text("error_description")
            .or_else(|| reply.text("error"));
        let why = why.map(|why| format!(": {}", single_line(why)));
        return refuse(format!(
            "status {}{}",
            reply.status,
            why.unwrap_or_default()
        ));
    }
    let Some(id) = reply.text("client_id").filter(|id| !id.is_empty()) else {
        return refuse("its response has no `client_id`".to_owned());
    };
    // Some servers return an empty secret for a client without one.
    let secret = reply
        .text("client_secret")
        .filter(|secret| !secret.is_empty());
    let auth_method = match secret {
        None => AuthMethod::None,
        Some(_) => secret_method(server, reply.text("token_endpoint_auth_method")),
    };
    Ok(ClientCredentials {
        id: id.to_owned(),
        secret: secret.map(SecretString::from),
        auth_method,
    })
}

/// Returns the method to register with: none, unless the server needs a secret.
fn preferred_method(server: &ServerMetadata) -> AuthMethod {
    let accepts = |method: AuthMethod| server.auth_methods.iter().any(|it| it == method.as_str());
    if server.auth_methods.is_empty() || accepts(AuthMethod::None) {
        AuthMethod::None
    } else {
        secret_method(server, None)
    }
}

/// Returns the method of a client with a secret: the registered one, or else the first that the server
/// accepts.
fn secret_method(server: &ServerMetadata, registered: Option<&str>) -> AuthMethod {
    let accepts = |method: &AuthMethod| server.auth_methods.iter().any(|it| it == method.as_str());
    let methods = [AuthMethod::Basic, AuthMethod::Post, AuthMethod::None];
    registered
        .and_then(AuthMethod::named)
        .or_else(|| methods.into_iter().find(accepts))
        // The default of the standard.
        .unwrap_or(AuthMethod::Basic)
}
