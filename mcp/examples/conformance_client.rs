//! The client that the conformance suite of the protocol tests: it lists the tools of the server at
//! the URL in its last argument, and calls those that the scenario has.
//!
//! The suite names the scenario in `MCP_CONFORMANCE_SCENARIO`, and gives what it needs as JSON in
//! `MCP_CONFORMANCE_CONTEXT`. `tests/mcp/run.py conformance` runs it.

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::Mutex;
use toolsmith_mcp::authorization::{RefusedToken, TokenError, TokenFuture, TokenSource};
use toolsmith_mcp::input::{Elicitation, ElicitationAnswer, ElicitationForm};
use toolsmith_mcp::oauth::{MemoryStore, OAuthClient};
use toolsmith_mcp::session::ParamHeader;
use toolsmith_mcp::{Endpoint, Session, ToolRequest};
use url::Url;

/// The document that describes this client to an authorization server.
const METADATA: &str = "https://conformance-test.local/client-metadata.json";

/// The tool that returns a schema.
const SCHEMA_ECHO: &str = "json_schema_echo";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::args().next_back().ok_or("no URL of a server")?;
    let scenario = env::var("MCP_CONFORMANCE_SCENARIO").unwrap_or_default();
    let context = env::var("MCP_CONFORMANCE_CONTEXT").unwrap_or_default();
    let context: Value = serde_json::from_str(&context).unwrap_or_default();
    let mut endpoint = Endpoint::http(&url);
    if scenario.starts_with("auth/") {
        endpoint = endpoint.token_source(Arc::new(Person::new(&url, &context)?));
    }
    let session = Session::builder(endpoint)
        .client_info("toolsmith-conformance", env!("CARGO_PKG_VERSION"))
        .on_elicitation(|question| async move { accept(&question) })
        .on_sampling(|_| async { Err("there is no model".to_owned()) })
        .root("file:///tmp", "work")
        .open()
        .await?;
    let tools = tools(&session).await?;
    for (name, arguments) in calls(&scenario, &context, &tools) {
        call(&session, &tools, &name, &arguments).await?;
    }
    session.close().await;
    Ok(())
}

/// A tool of the server, with the headers that repeat its arguments.
struct Tool {
    name: String,
    schema: Value,
    headers: Vec<ParamHeader>,
}

/// Returns the tools of the server, without those whose headers are invalid.
async fn tools(session: &Session) -> Result<Vec<Tool>, Box<dyn Error>> {
    let mut tools = Vec::new();
    let mut cursor = None;
    loop {
        let page = session.list_tools(cursor.as_ref()).await?;
        for text in &page.tools {
            let tool: Value = serde_json::from_str(text)?;
            let name = tool.get("name").and_then(Value::as_str).unwrap_or_default();
            let schema = tool.get("inputSchema").cloned().unwrap_or_default();
            let mut headers = Vec::new();
            if find_headers(&schema, &[], &mut headers).is_some() {
                tools.push(Tool {
                    name: name.to_owned(),
                    schema,
                    headers,
                });
            }
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(tools);
        }
    }
}

/// Finds the headers in a schema; `None` if one is invalid. A generated client has them in its code,
/// so they live as long as the program.
fn find_headers(
    schema: &Value,
    path: &[&'static str],
    headers: &mut Vec<ParamHeader>,
) -> Option<()> {
    if let Some(header) = schema.get("x-mcp-header") {
        let header = header.as_str().filter(|header| is_token(header))?;
        let kind = schema.get("type").and_then(Value::as_str)?;
        let is_primitive = ["string", "integer", "boolean"].contains(&kind);
        let is_known = headers
            .iter()
            .any(|known| known.header.eq_ignore_ascii_case(header));
        if path.is_empty() || !is_primitive || is_known {
            return None;
        }
        headers.push(ParamHeader {
            path: path.to_vec().leak(),
            header: header.to_owned().leak(),
        });
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, member) in properties.into_iter().flatten() {
        let name: &'static str = name.clone().leak();
        let inner: Vec<&'static str> = path.iter().copied().chain([name]).collect();
        find_headers(member, &inner, headers)?;
    }
    Some(())
}

fn is_token(header: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !header.is_empty() && header.bytes().all(is_allowed)
}

/// Returns the calls of a scenario: those of its context, or one of each tool with values for the
/// arguments that are required.
fn calls(scenario: &str, context: &Value, tools: &[Tool]) -> Vec<(String, Value)> {
    if let Some(calls) = context.get("toolCalls").and_then(Value::as_array) {
        let name = |call: &Value| Some(call.get("name")?.as_str()?.to_owned());
        let arguments = |call: &Value| call.get("arguments").cloned().unwrap_or(json!({}));
        return calls
            .iter()
            .filter_map(|call| Some((name(call)?, arguments(call))))
            .collect();
    }
    match scenario {
        // The schema must not be resolved, and the scenario has no call.
        "json-schema-ref-no-deref" => return Vec::new(),
        // One tool takes the schema of the other.
        "json-schema-2020-12-preservation" => {
            let schema = tools.iter().find(|tool| tool.name != SCHEMA_ECHO);
            let schema = schema.map(|tool| tool.schema.clone());
            return vec![(SCHEMA_ECHO.to_owned(), json!({"schema": schema}))];
        }
        _ => {}
    }
    tools
        .iter()
        .map(|tool| (tool.name.clone(), required(&tool.schema)))
        .collect()
}

fn required(schema: &Value) -> Value {
    let names = schema.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let value = |name: &str| {
        let schema = schema.pointer(&format!("/properties/{name}"));
        match schema?.get("type")?.as_str()? {
            "number" | "integer" => Some(json!(5)),
            "boolean" => Some(json!(true)),
            "object" => Some(json!({})),
            "array" => Some(json!([])),
            _ => None,
        }
    };
    names
        .map(|name| (name.to_owned(), value(name).unwrap_or(json!("text"))))
        .collect::<Map<_, _>>()
        .into()
}

async fn call(
    session: &Session,
    tools: &[Tool],
    name: &str,
    arguments: &Value,
) -> Result<(), Box<dyn Error>> {
    let tool = tools.iter().find(|tool| tool.name == name);
    let request = ToolRequest {
        name,
        arguments: Some(arguments),
        headers: tool.map_or(&[], |tool| &tool.headers),
    };
    session.call_tool(&request).await.outcome?;
    Ok(())
}

/// Accepts a question, with the default of each field, or with a value of its type.
fn accept(question: &Elicitation) -> ElicitationAnswer {
    let ElicitationForm::Fields(schema) = &question.form else {
        return ElicitationAnswer::Decline;
    };
    let fields = schema.get("properties").and_then(Value::as_object);
    let mut content = Map::new();
    for (name, field) in fields.into_iter().flatten() {
        let kind = field.get("type").and_then(Value::as_str);
        let value = match (field.get("default"), kind) {
            (Some(default), _) => default.clone(),
            (None, Some("boolean")) => json!(true),
            (None, Some("integer" | "number")) => json!(1),
            _ => json!("text"),
        };
        content.insert(name.clone(), value);
    }
    ElicitationAnswer::Accept(content.into())
}

/// A person who authorizes the client whenever a server asks for it.
struct Person {
    client: OAuthClient,
    /// The number of authorizations. A server that asks again and again is left.
    authorized: Mutex<u32>,
}

impl Person {
    fn new(url: &str, context: &Value) -> Result<Self, Box<dyn Error>> {
        let text = |key: &str| context.get(key).and_then(Value::as_str);
        let mut client = OAuthClient::new(url, Arc::new(MemoryStore::default()))?
            .client_name("toolsmith-conformance")
            .client_metadata_url(METADATA)
            .timeout(Duration::from_secs(10));
        if let Some(id) = text("client_id") {
            let secret = text("client_secret").map(|secret| secret.to_owned().into());
            client = client.client_id(id, secret);
        }
        Ok(Self {
            client,
            authorized: Mutex::new(0),
        })
    }

    /// Opens the page as a browser does. The servers of the suite authorize at once.
    fn open(page: &Url) {
        let page = page.clone();
        tokio::spawn(async move {
            // The client waits for the redirect, and reports it if there is none.
            let _response = reqwest::get(page).await;
        });
    }
}

impl TokenSource for Person {
    fn token<'a>(&'a self, refused: Option<&'a RefusedToken>) -> TokenFuture<'a> {
        Box::pin(async move {
            let error = match self.client.token(refused).await {
                Ok(token) => return Ok(token),
                Err(error) => error,
            };
            let mut authorized = self.authorized.lock().await;
            if *authorized == 3 {
                return Err(error);
            }
            *authorized += 1;
            let granted = self.client.authorize(Self::open).await;
            granted.map_err(|error| TokenError::new(error.to_string()))?;
            self.client.token(None).await
        })
    }
}
