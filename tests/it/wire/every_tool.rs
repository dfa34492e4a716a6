//! Each of the 46 tools sends the documented request, for any identifier.

use generated::the_auth_api::TOOLS;
use serde_json::{Map, Value, json};
use toolsmith_runtime::{ToolSpec, codegen::ArgumentLocation};

use crate::setup;

/// Identifiers that would leave their path segment or break the query if they were not encoded.
const IDENTIFIERS: &[(&str, &str)] = &[
    ("plain_1", "plain_1"),
    ("a/b", "a%2Fb"),
    ("a?b#c", "a%3Fb%23c"),
    ("100%", "100%25"),
    ("two words", "two%20words"),
    ("schlüssel", "schl%C3%BCssel"),
    ("../x", "..%2Fx"),
];

#[tokio::test]
async fn every_tool_sends_the_documented_request() {
    assert_eq!(TOOLS.len(), 46);
    for tool in TOOLS {
        for (identifier, encoded) in IDENTIFIERS {
            check_tool(tool, identifier, encoded).await;
        }
    }
}

async fn check_tool(tool: &ToolSpec, identifier: &str, encoded: &str) {
    let (client, transport) = setup::client();
    let arguments = make_arguments(tool, identifier);
    let outcome = client
        .call_tool(tool.name, Value::Object(arguments.clone()))
        .await;
    outcome.unwrap_or_else(|error| panic!("{}: {error}", tool.name));
    let sent = transport.requests().remove(0);

    let resource = tool.resource;
    let (method, path) = match tool.method {
        "list" => ("GET", format!("/proxy/{resource}")),
        "get" => ("GET", format!("/proxy/{resource}/{encoded}")),
        "create" => ("POST", format!("/proxy/{resource}")),
        "update" => ("PATCH", format!("/proxy/{resource}/{encoded}")),
        "delete" => ("DELETE", format!("/proxy/{resource}/{encoded}")),
        custom => ("POST", format!("/proxy/{resource}/{custom}")),
    };
    assert_eq!(
        (sent.method.as_str(), sent.path.as_str()),
        (method, path.as_str()),
        "{}",
        tool.name
    );

    let mut pairs = vec![(
        "integrated_account_id".to_owned(),
        setup::ACCOUNT.to_owned(),
    )];
    let mut body = Map::new();
    for field in tool.shape.fields() {
        let Some(value) = arguments.get(field.name) else {
            continue;
        };
        if matches!(
            field.location,
            ArgumentLocation::Query | ArgumentLocation::QueryAndBody
        ) {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            pairs.push((field.name.to_owned(), text));
        }
        if matches!(
            field.location,
            ArgumentLocation::Body | ArgumentLocation::QueryAndBody | ArgumentLocation::PathAndBody
        ) {
            body.insert(field.name.to_owned(), value.clone());
        }
    }
    assert_eq!(sent.query_pairs(), pairs, "{}", tool.name);
    if matches!(method, "POST" | "PATCH") {
        assert_eq!(sent.json(), Value::Object(body), "{}", tool.name);
    } else {
        assert!(sent.body.is_empty(), "{}", tool.name);
    }
    assert_eq!(sent.header("authorization"), Some("Bearer s3cr3t-canary"));
    let agent = sent.header("user-agent").unwrap();
    assert!(agent.starts_with("toolsmith/"), "{agent}");
}

/// Makes the required arguments, with `identifier` for every unconstrained string.
fn make_arguments(tool: &ToolSpec, identifier: &str) -> Map<String, Value> {
    let schemas = [tool.query_schema, tool.body_schema];
    let schemas = schemas.map(|text| serde_json::from_str(text).unwrap_or(Value::Null));
    let fields = tool.shape.fields().filter(|field| field.required);
    fields
        .map(|field| {
            let declared = schemas
                .iter()
                .map(|schema| &schema["properties"][field.name])
                .rfind(|property| property.is_object());
            (
                field.name.to_owned(),
                make_value(declared.unwrap_or(&Value::Null), identifier),
            )
        })
        .collect()
}

fn make_value(schema: &Value, identifier: &str) -> Value {
    if let Some(value) = schema["enum"].get(0) {
        return value.clone();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => json!([make_value(&schema["items"], identifier)]),
        (_, Some("email")) => json!("ops@example.com"),
        (_, Some("uri")) => json!("https://example.com/hook?a=1&b=2"),
        _ => json!(identifier),
    }
}
