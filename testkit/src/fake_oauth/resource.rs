//! The MCP server.

use axum::http::Method;
use axum::response::Response;
use serde_json::{Value, json};

use super::state::{World, patched};
use super::{Received, authorization, empty, json as json_response};

/// Handles a request.
pub(super) fn answer(world: &mut World, received: &Received) -> Response {
    let path = received.uri.path();
    // A server of an older revision is its own issuer.
    let is_issuer = world.settings.metadata_paths.is_empty();
    if is_issuer && matches!(path, "/register" | "/authorize" | "/token") {
        return authorization::answer(world, received);
    }
    world.receive(received);
    if let Some(status) = world.settings.metadata_status
        && path.starts_with("/.well-known/oauth-protected-resource")
    {
        return empty(status, &[]);
    }
    if world
        .settings
        .metadata_paths
        .iter()
        .any(|known| known == path)
    {
        let document = json!({
            "resource": format!("{}/mcp", world.origin),
            "authorization_servers": [world.issuer],
            "scopes_supported": ["notes:read"],
        });
        return json_response(200, &patched(document, &world.settings.resource_metadata));
    }
    if is_issuer
        && world
            .settings
            .server_paths
            .iter()
            .any(|known| known == path)
    {
        return authorization::metadata(world);
    }
    match (path, &received.method) {
        ("/mcp", &Method::POST) => message(world, received),
        ("/mcp", _) => empty(405, &[]),
        _ => empty(404, &[]),
    }
}

fn message(world: &World, received: &Received) -> Response {
    let Ok(message) = serde_json::from_slice::<Value>(&received.body) else {
        return empty(400, &[]);
    };
    let method = message
        .get("method")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let given = received.headers.get("authorization");
    let given = given.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let scope = given.and_then(|token| world.access_tokens.get(token));
    let needs_token = method == "tools/call" || !world.settings.is_open;
    match scope {
        None if needs_token => return refuse(world, 401, given.map(|_| "invalid_token"), None),
        Some(scope) if method == "tools/call" => {
            let needed = &world.settings.call_scope;
            if !scope.split(' ').any(|granted| granted == needed) {
                return refuse(world, 403, Some("insufficient_scope"), Some(needed));
            }
        }
        _ => {}
    }
    let Some(id) = message.get("id") else {
        return empty(202, &[]);
    };
    let result = match method {
        "initialize" => json!({
            "protocolVersion": message.pointer("/params/protocolVersion"),
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "fake-oauth", "version": "1.0.0"},
        }),
        "tools/list" => json!({"tools": [{
            "name": "read-note",
            "description": "Reads one note.",
            "annotations": {"readOnlyHint": true},
            "inputSchema": {
                "type": "object", "properties": {"noteId": {"type": "string"}}, "required": ["noteId"],
            },
        }]}),
        "tools/call" => json!({"content": [{"type": "text", "text": "a note"}]}),
        other => {
            let error = json!({"code": -32601, "message": format!("no method {other}")});
            return json_response(200, &json!({"jsonrpc": "2.0", "id": id, "error": error}));
        }
    };
    json_response(200, &json!({"jsonrpc": "2.0", "id": id, "result": result}))
}

/// Refuses a request with a challenge.
fn refuse(world: &World, status: u16, error: Option<&str>, scope: Option<&str>) -> Response {
    let mut parts = Vec::new();
    if world.settings.challenge_has_metadata {
        let path = world.settings.metadata_paths.first();
        let url = path.map(|path| format!("{}{path}", world.origin));
        let url = world.settings.metadata_url.clone().or(url);
        parts.extend(url.map(|url| format!("resource_metadata=\"{url}\"")));
    }
    let scope = scope.or(world.settings.challenge_scope.as_deref());
    parts.extend(scope.map(|scope| format!("scope=\"{scope}\"")));
    parts.extend(error.map(|error| format!("error=\"{error}\"")));
    let challenge = format!("Bearer {}", parts.join(", "));
    empty(status, &[("www-authenticate", challenge.trim().to_owned())])
}
