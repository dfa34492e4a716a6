//! The values that a client or a server makes up are bounded in spans and metrics.

use std::collections::BTreeSet;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};
use tower_service::Service as _;

use super::metrics::counted;
use super::telemetry::{GET, Spans};
use super::{project, shop};
use crate::adapters::mcp_server::Server;
use crate::mcp::{Client as McpClient, SessionBuilder};
use crate::transport::{MemoryTransport, MockResponse};

/// Sends requests to an MCP server in a session, and returns the identifier of the session.
async fn call_in_session(long: &str) -> String {
    let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project("p")));
    let client: shop::Client = shop::Client::builder()
        .token("t")
        .account("acc_551")
        .transport(transport)
        .build()
        .unwrap();
    let mut service = Server::new(client.toolbox()).http().into_service();
    let mut send = async |session: Option<&str>, message: serde_json::Value| {
        let request = http::Request::post("/")
            .header("host", "localhost")
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json");
        let request = session
            .into_iter()
            .fold(request, |request, id| request.header("mcp-session-id", id));
        let body = axum::body::Body::from(message.to_string());
        let response = service.call(request.body(body).unwrap()).await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
        let id = response.headers().get("mcp-session-id").cloned();
        axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        id.map(|id| id.to_str().unwrap().to_owned())
    };
    let client = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    let opened = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let session = send(None, opened).await.unwrap();
    let session_id = Some(session.as_str());
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    send(session_id, initialized).await;
    let meta = json!({"toolsmith/call_id": long});
    let params = json!({"name": GET, "arguments": {"id": "p"}, "_meta": meta});
    let call = json!({"jsonrpc": "2.0", "id": long, "method": "tools/call", "params": params});
    send(session_id, call).await;
    session
}

#[test]
fn spans_have_no_session_identifier_and_no_long_identifiers() {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let long = "é".repeat(500);
    let mut session = String::new();
    counted(|| async { session = call_in_session(&long).await });
    let cut = "é".repeat(128);
    let request = &spans.with("mcp_operation", "jsonrpc.request.id", &cut)[0].values;
    let call = &spans.with("execute_tool", "gen_ai.tool.call.id", &cut)[0].values;
    let hash = &request["mcp.session.id"];
    assert_eq!(hash.len(), 16, "{hash}");
    assert_eq!(&call["gen_ai.conversation.id"], hash, "that of the audits");
    let all = format!("{:?}", spans.0.lock().unwrap());
    assert!(!session.is_empty() && !all.contains(&session), "{all}");
}

/// Makes a call for each of these codes, with which an MCP server responds to it.
async fn fail_with(codes: &'static [i64]) {
    let (here, there) = tokio::io::duplex(1 << 16);
    let (read, mut write) = tokio::io::split(there);
    tokio::spawn(async move {
        let mut codes = codes.iter();
        let mut lines = tokio::io::BufReader::new(read).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            let request: serde_json::Value = serde_json::from_str(&line).unwrap();
            let mut response = match request["method"].as_str() {
                Some("initialize") => json!({"result": {
                    "protocolVersion": "2025-06-18",
                    "capabilities": {},
                    "serverInfo": {"name": "test", "version": "1"},
                }}),
                Some("tools/call") => {
                    json!({"error": {"code": codes.next().unwrap(), "message": "no"}})
                }
                _ => json!({"error": {"code": -32601, "message": "no such method"}}),
            };
            response["jsonrpc"] = "2.0".into();
            response["id"] = request["id"].clone();
            if request.get("id").is_some() {
                let line = format!("{response}\n");
                write.write_all(line.as_bytes()).await.unwrap();
            }
        }
    });
    let (read, write) = tokio::io::split(here);
    let session = SessionBuilder::over(read, write).open().await.unwrap();
    let client = McpClient::with_session(shop::CATALOG, session);
    for _ in codes {
        let called = client.call_tool(GET, json!({"id": "p"})).await;
        assert!(called.is_err(), "{called:?}");
    }
}

#[test]
fn a_code_invented_by_a_server_is_not_a_label() {
    const CODES: [i64; 7] = [-32602, -32002, -32042, 1, -31999, i64::MIN, i64::MAX];
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let counts = counted(|| fail_with(&CODES));
    let labels: BTreeSet<String> = counts
        .all()
        .iter()
        .filter_map(|(key, _)| {
            let labels = key.strip_prefix("mcp.client.operation.duration ")?;
            let mut labels = labels.split(' ');
            let label = labels.find_map(|label| label.strip_prefix("error.type="));
            Some(label.unwrap_or_default().to_owned())
        })
        .collect();
    let expected = ["-32002", "-32042", "-32602", "rpc_error"];
    assert_eq!(labels, expected.map(str::to_owned).into());
    for code in CODES {
        let requests = spans.with("mcp_request", "error.type", &code.to_string());
        assert_eq!(requests.len(), 1, "{code}: the span has it");
    }
}
