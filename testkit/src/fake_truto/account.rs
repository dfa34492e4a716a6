//! The other routes of an account: its capabilities and its MCP servers.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::catalog::Filter;
use super::received::Received;
use super::responses::{Answer, Refusal, bad_request};
use super::tools;
use super::world::World;

/// Handles `GET …/capabilities` of an account or the integration.
pub(crate) fn capabilities(
    world: &World,
    received: &Received,
    id: Option<&str>,
) -> Result<Answer, Refusal> {
    only(received, &Method::GET)?;
    if let Some(id) = id {
        tools::known_account(world, id)?;
    }
    let mut resources: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let all = world.catalog.list(&Filter::all());
    for tool in &all {
        let text = |key: &str| tool.get(key).and_then(Value::as_str).unwrap_or_default();
        let (resource, method) = (text("resource"), text("method"));
        resources.entry(resource).or_default().push(json!({
            "method": method,
            "name": format!("{resource}_{method}"),
            "description": text("description"),
            "tags": tool.get("tags"),
            "deprecated": world.account.deprecated.iter().any(|name| name == text("name")),
        }));
    }
    let resources: Vec<Value> = resources
        .into_iter()
        .map(|(name, methods)| json!({"name": name, "methods": methods}))
        .collect();
    let mut body = json!({
        "integration": {"id": "int_the_auth_api", "slug": "the_auth_api", "name": "The Auth API"},
        "proxy": {"resources": resources},
        "unified": {"resources": []},
    });
    let state = id.and_then(|id| Some((id, world.state_of(id)?)));
    if let (Some((id, state)), Value::Object(fields)) = (state, &mut body) {
        let account = json!({
            "id": id,
            "status": state.status,
            "authentication_method": "api_key",
            "is_blocked": state.is_blocked,
        });
        fields.insert("account".to_owned(), account);
    }
    Ok(Answer::ok(body))
}

/// Handles `GET /integrated-account/{id}`.
pub(crate) fn state(world: &World, received: &Received, id: &str) -> Result<Answer, Refusal> {
    only(received, &Method::GET)?;
    tools::known_account(world, id)?;
    let status = world.state_of(id).map(|state| &state.status);
    Ok(Answer::ok(json!({
        "id": id,
        "status": status,
        "authentication_method": "api_key",
        "is_sandbox": false,
    })))
}

/// Handles `POST /link-token`, which makes a token to connect an account again.
pub(crate) fn link_token(world: &mut World, received: &Received) -> Result<Answer, Refusal> {
    only(received, &Method::POST)?;
    let body: Value = serde_json::from_slice(&received.body)
        .map_err(|error| bad_request(&format!("The body is not JSON: {error}.")))?;
    let account = body.get("integrated_account_id").and_then(Value::as_str);
    let account = account.ok_or_else(|| bad_request("integrated_account_id is missing."))?;
    tools::known_account(world, account)?;
    world.links += 1;
    let token = format!("link-s3cr3t-canary-{:04}", world.links);
    Ok(Answer::ok(json!({ "link_token": token })))
}

/// Rejects the calls of an account that has to be reconnected, as the API behind Truto does.
pub(crate) fn connected(world: &World, account: &str) -> Result<(), Refusal> {
    let state = world.state_of(account);
    if state.is_none_or(|state| state.status != "needs_reauth") {
        return Ok(());
    }
    let message = "The credentials of the account are no longer valid.";
    Err(Refusal::remote(StatusCode::UNAUTHORIZED, message))
}

/// Handles `POST …/mcp`, which creates a server.
pub(crate) fn create_server(world: &mut World, received: &Received) -> Result<Answer, Refusal> {
    only(received, &Method::POST)?;
    let body: Value = serde_json::from_slice(&received.body)
        .map_err(|error| bad_request(&format!("The body is not JSON: {error}.")))?;
    let names = |key: &str| -> Vec<String> {
        let list = body
            .pointer(&format!("/config/{key}"))
            .and_then(Value::as_array);
        let names = list.into_iter().flatten().filter_map(Value::as_str);
        names.map(str::to_owned).collect()
    };
    let filter = Filter::described(names("methods"), names("tags"));
    let secret = world.servers.create(filter);
    let url = format!("{}/mcp/{secret}", world.base_url());
    Ok(Answer::ok(json!({
        "id": format!("srv_{secret}").replace("s3cr3t-canary-", ""),
        "name": body.get("name"),
        "token": secret,
        "url": url,
    })))
}

/// Handles `DELETE …/mcp/{id}`.
pub(crate) fn delete_server(
    world: &mut World,
    received: &Received,
    id: &str,
) -> Result<Answer, Refusal> {
    only(received, &Method::DELETE)?;
    let number = id
        .strip_prefix("srv_mcp-")
        .and_then(|text| text.parse().ok());
    let removed = number.and_then(|number| world.servers.remove(number));
    match removed {
        Some(_) => Ok(Answer::new(StatusCode::NO_CONTENT, None)),
        None => Err(Refusal::new(
            StatusCode::NOT_FOUND,
            format!("There is no MCP server {id:?}."),
        )),
    }
}

/// Handles a message to an MCP server, whose path is its only credential.
pub(crate) fn serve(world: &World, received: &Received, secret: &str) -> Result<Answer, Refusal> {
    only(received, &Method::POST)?;
    let Some(filter) = world.servers.filter(secret) else {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "There is no such MCP server.",
        ));
    };
    let message: Value = serde_json::from_slice(&received.body)
        .map_err(|error| bad_request(&format!("The body is not JSON: {error}.")))?;
    let Some(id) = message.get("id") else {
        return Ok(Answer::new(StatusCode::ACCEPTED, None));
    };
    let method = message.get("method").and_then(Value::as_str);
    let outcome = match method.unwrap_or_default() {
        "initialize" => Ok(json!({
            "protocolVersion": message.pointer("/params/protocolVersion"),
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "the_auth_api", "version": "1.0.0"},
        })),
        "ping" => Ok(json!({})),
        "tools/list" => {
            let tools = world.catalog.list(filter);
            let tools: Vec<Value> = tools.iter().map(mcp_tool).collect();
            Ok(json!({ "tools": tools }))
        }
        other => Err(json!({"code": -32601, "message": format!("There is no method {other}.")})),
    };
    let mut answer = json!({"jsonrpc": "2.0", "id": id});
    if let Value::Object(fields) = &mut answer {
        let (key, value) = match outcome {
            Ok(result) => ("result", result),
            Err(error) => ("error", error),
        };
        fields.insert(key.to_owned(), value);
    }
    Ok(Answer::ok(answer))
}

/// Returns a tool as an MCP server lists it: with one schema for all arguments.
fn mcp_tool(tool: &Value) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for part in ["query_schema", "body_schema"] {
        let schema = tool.get(part);
        let members = schema.and_then(|schema| schema.get("properties")?.as_object());
        for (name, property) in members.into_iter().flatten() {
            properties.insert(name.clone(), property.clone());
        }
        let names = schema.and_then(|schema| schema.get("required")?.as_array());
        for name in names.into_iter().flatten() {
            if !required.contains(name) {
                required.push(name.clone());
            }
        }
    }
    json!({
        "name": tool.get("name"),
        "description": tool.get("description"),
        "inputSchema": {"type": "object", "properties": properties, "required": required},
    })
}

fn only(received: &Received, method: &Method) -> Result<(), Refusal> {
    if received.method == *method {
        return Ok(());
    }
    tools::no_route(received)
}
