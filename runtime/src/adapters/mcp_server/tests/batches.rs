//! Batches of messages, which the version 2025-03-26 has.

use std::collections::BTreeMap;

use serde_json::json;

use super::stdio::Peer;
use super::wire::{Connection, Reply, start};
use super::{Server, project};
use crate::adapters::tests::{toolbox, valid_call};
use crate::codec::Json;

/// A batch of five messages, of which four get a response.
fn batch() -> Json {
    let (name, arguments) = valid_call();
    let call = json!({"name": name, "arguments": arguments});
    json!([
        {"jsonrpc": "2.0", "id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "method": "notifications/none"},
        {"jsonrpc": "2.0", "id": "two", "method": "tools/call", "params": call},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/none"},
        5,
    ])
}

/// Checks the responses to [`batch`], by their identifiers.
fn check(responses: &[Json]) {
    let by_id: BTreeMap<String, &Json> = responses
        .iter()
        .map(|response| (response["id"].to_string(), response))
        .collect();
    assert_eq!(by_id.len(), 4, "{responses:?}");
    assert_eq!(by_id["1"]["result"], json!({}));
    assert_eq!(by_id["\"two\""]["result"]["isError"], false);
    assert_eq!(by_id["3"]["error"]["code"], -32601);
    assert_eq!(by_id["null"]["error"]["code"], -32600);
}

/// Returns the messages of a stream of events that are responses.
fn responses(reply: &Reply) -> Vec<Json> {
    let lines = reply.body.lines();
    let data = lines.filter_map(|line| line.strip_prefix("data:"));
    let messages = data.filter(|data| !data.trim().is_empty());
    let messages = messages.map(|data| serde_json::from_str::<Json>(data).unwrap());
    let is_response = |message: &Json| message.get("method").is_none();
    messages.filter(is_response).collect()
}

#[tokio::test]
async fn every_message_of_a_batch_over_streams_gets_its_response() {
    for version in ["2025-03-26", "2024-11-05"] {
        let mut peer = Peer::bare(Server::new(toolbox(&project()).0));
        let opened = peer.initialize_with(version, json!({})).await;
        assert_eq!(opened["result"]["protocolVersion"], version);
        peer.send_line(format!("{}\n", batch()).as_bytes()).await;
        let mut responses = Vec::new();
        while responses.len() < 4 {
            let message = peer.receive().await;
            if message.get("method").is_none() {
                responses.push(message);
            }
        }
        check(&responses);
    }
}

#[tokio::test]
async fn every_message_of_a_batch_over_http_gets_its_response() {
    let address = start(Server::new(toolbox(&project()).0).http()).await;
    let mut session = Connection::open(&address).await;
    session.initialize_with("2025-03-26", json!({})).await;
    let reply = session.post(&batch()).await;
    assert_eq!(reply.head.status, 200, "{reply:?}");
    check(&responses(&reply));
    // A client of another library names the version.
    let named = [("Mcp-Protocol-Version", "2025-03-26")];
    let reply = session
        .request("POST", &named, batch().to_string().as_bytes())
        .await;
    check(&responses(&reply));
    let silent = json!([{"jsonrpc": "2.0", "method": "notifications/none"}, {"jsonrpc": "2.0", "id": 9, "result": {}}]);
    let reply = session.post(&silent).await;
    assert_eq!((reply.head.status, reply.body.as_str()), (202, ""));
}

#[tokio::test]
async fn every_refusal_of_a_batch_is_a_response() {
    let address = start(Server::new(toolbox(&project()).0).http()).await;
    let mut session = Connection::open(&address).await;
    session.initialize_with("2025-03-26", json!({})).await;
    let bad = json!({"cursor": 5});
    let batch = json!([
        {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": bad},
        {"jsonrpc": "2.0", "id": "two", "method": "tools/call", "params": {}},
        5,
        {"jsonrpc": "2.0", "method": "notifications/none"},
        {"jsonrpc": "1.0", "id": 4, "method": "ping"},
    ]);
    let reply = session.post(&batch).await;
    assert_eq!(reply.head.status, 200, "{reply:?}");
    let found = responses(&reply);
    let found: Vec<_> = found
        .iter()
        .map(|response| (&response["id"], response["error"]["code"].as_i64().unwrap()))
        .collect();
    let expected = [
        (&json!(1), -32602),
        (&json!("two"), -32602),
        (&json!(null), -32600),
        (&json!(4), -32600),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn batches_that_are_not_allowed_are_refused_as_one() {
    let address = start(Server::new(toolbox(&project()).0).http()).await;
    let mut session = Connection::open(&address).await;
    session.initialize_with("2025-03-26", json!({})).await;
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let open = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}});
    let cases = [
        (json!([]), "", "at least one"),
        (json!([ping, open]), "", "initialize"),
        (json!(vec![ping.clone(); 101]), "", "more than 100"),
        (json!([ping]), "2025-06-18", "no batches"),
        (json!([ping]), "2026-07-28", "no batches"),
    ];
    for (batch, version, reason) in cases {
        let headers = [("Mcp-Protocol-Version", version)];
        let headers = if version.is_empty() {
            &[][..]
        } else {
            &headers
        };
        let body = batch.to_string();
        let reply = session.request("POST", headers, body.as_bytes()).await;
        let message = reply.message();
        assert_eq!(reply.head.status, 400, "{reason}: {reply:?}");
        assert_eq!(message["error"]["code"], -32600, "{reason}: {message}");
        let text = message["error"]["message"].as_str().unwrap();
        assert!(text.contains(reason), "{reason}: {text}");
    }
    let mut other = Connection::open(&address).await;
    let reply = other.post(&json!([ping])).await;
    assert_eq!(reply.head.status, 400, "without a session: {reply:?}");
    let mut ended = Connection::open(&address).await;
    ended.headers.clone_from(&session.headers);
    session.request("DELETE", &[], b"").await;
    assert_eq!(ended.post(&json!([ping])).await.head.status, 404);
}
