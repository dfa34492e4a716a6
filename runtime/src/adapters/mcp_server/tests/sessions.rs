//! Sessions: the places that they take, and the clients that they belong to.

use serde_json::json;

use super::wire::{Connection, start};
use super::{Server, project};
use crate::adapters::tests::{toolbox, valid_call};
use crate::agent::Policy;
use crate::codec::Json;
use crate::tools::ToolFilter;

/// Sends a request with a header whose value is not ASCII, on a new connection.
async fn status_with(address: &str, header: &[u8], body: &str) -> u16 {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n",
        body.len()
    );
    let request = [head.as_bytes(), header, b"\r\n\r\n", body.as_bytes()].concat();
    stream.write_all(&request).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    let status = std::str::from_utf8(&head[9..]).unwrap();
    status.parse().unwrap()
}

#[tokio::test]
async fn no_session_is_opened_without_a_place() {
    let server = Server::new(toolbox(&project()).0).http();
    let address = start(server.max_sessions(1)).await;
    let mut session = Connection::open(&address).await;
    assert_eq!(session.initialize(json!({})).await.head.status, 200);
    let params = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    });
    let body = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let json = b"Content-Type: application/json".as_slice();
    let with = |header: &[u8]| [json, b"\r\n", header].concat();
    let cases: [(Vec<u8>, u16); 6] = [
        (json.to_vec(), 503),
        (with(b"Mcp-Session-Id: \xff"), 400),
        (with(b"Mcp-Session-Id: \xc3\xa9"), 400),
        (with(b"Mcp-Session-Id: a\r\nMcp-Session-Id: b"), 400),
        (b"Content-Type: application/jsonx".to_vec(), 415),
        (with(b"Mcp-Session-Id: unknown"), 404),
    ];
    for (header, expected) in cases {
        let status = status_with(&address, &header, &body.to_string()).await;
        assert_eq!(status, expected, "{}", String::from_utf8_lossy(&header));
    }
}

#[tokio::test]
async fn a_session_belongs_to_the_credentials_that_opened_it() {
    let policy = Policy::new().require_approval(ToolFilter::all());
    let (toolbox, transport) = toolbox(&project());
    let server = Server::new(toolbox.policy(policy)).http();
    let address = start(server.token("ann").token("bob")).await;
    let with = async |token: &str| {
        Connection::open(&address)
            .await
            .with("Authorization", token)
    };
    let mut ann = with("Bearer ann").await;
    ann.initialize(json!({"elicitation": {}})).await;
    let id = ann.headers.last().unwrap().1.clone();
    let (name, arguments) = valid_call();
    let params = json!({"name": name, "arguments": arguments});
    let call = json!({"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": params});
    ann.send("POST", &[], call.to_string().as_bytes()).await;
    assert_eq!(ann.head().await.status, 200);
    let mut text = String::new();
    while !text.contains("elicitation/create") {
        text.push_str(&ann.chunk().await);
    }
    let data = text.lines().find_map(|line| line.strip_prefix("data: {"));
    let question: Json = serde_json::from_str(&format!("{{{}", data.unwrap())).unwrap();
    let accepted = json!({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept", "content": {}}});
    let accepted = accepted.to_string();
    let stream = [("Accept", "text/event-stream")];
    let mut bob = with("Bearer bob").await.with("Mcp-Session-Id", &id);
    for (method, headers, body) in [
        ("GET", &stream[..], ""),
        ("POST", &[], accepted.as_str()),
        ("POST", &[], &call.to_string()),
        ("DELETE", &[], ""),
    ] {
        let reply = bob.request(method, headers, body.as_bytes()).await;
        assert_eq!(reply.head.status, 404, "{method} {body}: {reply:?}");
    }
    assert!(transport.requests().is_empty());
    let mut other = with("Bearer ann").await.with("Mcp-Session-Id", &id);
    let reply = other.request("POST", &[], accepted.as_bytes()).await;
    assert_eq!(reply.head.status, 202, "{reply:?}");
    while !text.contains("\"isError\":false") {
        text.push_str(&ann.chunk().await);
    }
    assert_eq!(transport.requests().len(), 1);
}
