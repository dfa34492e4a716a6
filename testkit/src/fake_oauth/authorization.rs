//! The authorization server.

use std::collections::BTreeMap;

use axum::http::Method;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Url;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::state::{Behavior, Client, Grant, World, patched};
use super::{Received, empty, json as json_response};

/// Handles a request.
pub(super) fn answer(world: &mut World, received: &Received) -> Response {
    let parameters = world.receive(received);
    let path = received.uri.path();
    if world
        .settings
        .server_paths
        .iter()
        .any(|known| known == path)
    {
        return metadata(world);
    }
    match (&received.method, path) {
        (&Method::POST, "/register") => register(world, received),
        (&Method::GET, "/authorize") => authorize(world, &parameters),
        (&Method::POST, "/token") => token(world, received, &parameters),
        _ => empty(404, &[]),
    }
}

/// Returns the metadata.
pub(super) fn metadata(world: &World) -> Response {
    if let Some(target) = &world.settings.metadata_redirect {
        return empty(302, &[("location", target.clone())]);
    }
    let issuer = &world.issuer;
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "registration_endpoint": format!("{issuer}/register"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    json_response(200, &patched(document, &world.settings.server_metadata))
}

fn register(world: &mut World, received: &Received) -> Response {
    let document: Value = serde_json::from_slice(&received.body).unwrap_or_default();
    let redirects = document.get("redirect_uris").and_then(Value::as_array);
    let redirects = redirects.into_iter().flatten().filter_map(Value::as_str);
    let redirects: Vec<String> = redirects.map(str::to_owned).collect();
    if redirects.is_empty() || document.get("application_type") != Some(&json!("native")) {
        let error =
            json!({"error": "invalid_redirect_uri", "error_description": "no native redirect"});
        return json_response(400, &error);
    }
    let id = format!("client-{}", world.clients.len() + 1);
    let secret = world
        .settings
        .gives_secrets
        .then(|| world.new_secret("secret"));
    let mut answer = json!({"client_id": id, "redirect_uris": redirects});
    if let (Some(secret), Value::Object(members)) = (&secret, &mut answer) {
        members.insert("client_secret".to_owned(), secret.as_str().into());
    }
    world.clients.insert(id, Client { secret, redirects });
    json_response(201, &answer)
}

fn authorize(world: &mut World, parameters: &BTreeMap<String, String>) -> Response {
    let get = |name: &str| parameters.get(name).cloned().unwrap_or_default();
    let refuse = |why: &str| json_response(400, &json!({"error": why}));
    let redirect = get("redirect_uri");
    match world.clients.get(&get("client_id")) {
        Some(client) if client.redirects.contains(&redirect) => {}
        // A client that is known by its document.
        None if get("client_id").starts_with("https://") => {}
        Some(_) => return refuse("the redirect is not registered"),
        None => return refuse("the client is unknown"),
    }
    if get("response_type") != "code" || get("code_challenge_method") != "S256" {
        return refuse("code and S256 are required");
    }
    let Ok(mut target) = Url::parse(&redirect) else {
        return refuse("the redirect is not a URL");
    };
    let behavior = world.settings.behavior;
    let denied = matches!(behavior, Behavior::Deny | Behavior::DenyAsWrongIssuer);
    if denied {
        let mut query = target.query_pairs_mut();
        query.append_pair("error", "access_denied");
        query.append_pair("error_description", "the person\r\ndeclined");
    } else if behavior != Behavior::NoCode {
        let code = world.new_secret("code");
        target.query_pairs_mut().append_pair("code", &code);
        let grant = Grant {
            client: get("client_id"),
            challenge: get("code_challenge"),
            redirect,
            resource: get("resource"),
            scope: get("scope"),
        };
        world.codes.insert(code, grant);
    }
    let state = match behavior {
        Behavior::WrongState => "another".to_owned(),
        _ => get("state"),
    };
    target.query_pairs_mut().append_pair("state", &state);
    let issuer = match behavior {
        Behavior::NoIssuer => None,
        Behavior::WrongIssuer | Behavior::DenyAsWrongIssuer => Some("https://evil.test".to_owned()),
        _ => Some(world.issuer.clone()),
    };
    if let Some(issuer) = issuer {
        target.query_pairs_mut().append_pair("iss", &issuer);
    }
    empty(302, &[("location", target.to_string())])
}

fn token(
    world: &mut World,
    received: &Received,
    parameters: &BTreeMap<String, String>,
) -> Response {
    if let Some(target) = &world.settings.token_redirect {
        return empty(307, &[("location", target.clone())]);
    }
    if let Some(status) = world.settings.token_status {
        return json_response(status, &json!({}));
    }
    let get = |name: &str| parameters.get(name).cloned().unwrap_or_default();
    let Some(client) = client_of(world, received, parameters) else {
        return json_response(401, &json!({"error": "invalid_client"}));
    };
    let invalid = |what: &str| {
        let description = format!(
            "{what}: {}",
            parameters.values().cloned().collect::<Vec<_>>().join(" ")
        );
        json_response(
            400,
            &json!({"error": "invalid_grant", "error_description": description}),
        )
    };
    let grant = match get("grant_type").as_str() {
        "authorization_code" => {
            let Some(grant) = world.codes.remove(&get("code")) else {
                return invalid("unknown code");
            };
            let verifier = get("code_verifier");
            let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
            if challenge != grant.challenge || grant.redirect != get("redirect_uri") {
                return invalid("wrong verifier or redirect");
            }
            grant
        }
        "refresh_token" => {
            let given = get("refresh_token");
            if world.used.contains(&given) {
                // Somebody has a copy: all tokens end.
                world.refresh_tokens.clear();
                world.access_tokens.clear();
                return invalid("used twice");
            }
            let Some(grant) = world.refresh_tokens.get(&given).cloned() else {
                return invalid("unknown refresh token");
            };
            if world.settings.rotates {
                world.refresh_tokens.remove(&given);
                world.used.insert(given);
            }
            grant
        }
        _ => return json_response(400, &json!({"error": "unsupported_grant_type"})),
    };
    if grant.client != client || grant.resource != get("resource") || grant.resource.is_empty() {
        return invalid("wrong client or resource");
    }
    grant_tokens(world, grant)
}

fn grant_tokens(world: &mut World, grant: Grant) -> Response {
    let access = world.new_secret("access");
    let mut answer = json!({
        "access_token": access,
        "token_type": "bearer",
        "expires_in": world.settings.expires_in,
        "scope": grant.scope,
    });
    world.access_tokens.insert(access, grant.scope.clone());
    let is_known = world
        .refresh_tokens
        .values()
        .any(|known| known.client == grant.client);
    if world.settings.rotates || !is_known {
        let refresh = world.new_secret("refresh");
        if let Value::Object(members) = &mut answer {
            members.insert("refresh_token".to_owned(), refresh.as_str().into());
        }
        world.refresh_tokens.insert(refresh, grant);
    }
    json_response(200, &answer)
}

/// Returns the client of a request, if it authenticates rightly.
fn client_of(
    world: &World,
    received: &Received,
    parameters: &BTreeMap<String, String>,
) -> Option<String> {
    let basic = received.headers.get("authorization");
    let basic = basic.and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    let basic = basic.and_then(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok());
    let (id, secret) = match basic {
        Some(pair) => {
            let (id, secret) = pair.split_once(':')?;
            (id.to_owned(), Some(secret.to_owned()))
        }
        None => (
            parameters.get("client_id")?.clone(),
            parameters.get("client_secret").cloned(),
        ),
    };
    match world.clients.get(&id) {
        Some(client) if client.secret == secret => Some(id),
        None if id.starts_with("https://") => Some(id),
        _ => None,
    }
}
