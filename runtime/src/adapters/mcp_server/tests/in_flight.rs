//! Requests that have no response yet: their identifiers, and their streams.

use serde_json::json;

use super::stdio::Peer;
use super::wire::{Connection, start};
use super::{Server, project};
use crate::adapters::tests::{toolbox, valid_call};
use crate::agent::Policy;
use crate::codec::Json;
use crate::tools::ToolFilter;
use crate::transport::MemoryTransport;

/// Returns a server whose calls wait for an approval, and the transport of the calls.
fn asking() -> (Server, MemoryTransport) {
    let policy = Policy::new().require_approval(ToolFilter::all());
    let (toolbox, transport) = toolbox(&project());
    (Server::new(toolbox.policy(policy)), transport)
}

fn call(id: &Json) -> Json {
    let (name, arguments) = valid_call();
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": name, "arguments": arguments}})
}

/// The approval of a question.
fn approval(question: &Json) -> Json {
    json!({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept", "content": {}}})
}

/// Returns the messages in events.
fn messages(events: &str) -> Vec<Json> {
    let data = events.lines().filter_map(|line| line.strip_prefix("data:"));
    data.filter_map(|data| serde_json::from_str(data).ok())
        .collect()
}

#[tokio::test]
async fn a_repeated_identifier_is_refused_before_anything_is_called() {
    for id in [json!(7), json!("seven")] {
        let (server, transport) = asking();
        let mut peer = Peer::connect_with(server, json!({"elicitation": {}})).await;
        peer.send(call(&id)).await;
        let question = peer.receive().await;
        assert_eq!(question["method"], "elicitation/create", "{question}");
        for _ in 0..3 {
            peer.send(call(&id)).await;
            let refused = peer.receive().await;
            assert_eq!(
                (&refused["id"], &refused["error"]["code"]),
                (&id, &json!(-32600)),
                "{refused}"
            );
        }
        // The same characters of another type are another identifier.
        let other = id.as_u64().map_or(json!(7), |id| json!(id.to_string()));
        peer.send(json!({"id": other, "method": "ping"})).await;
        assert_eq!(peer.receive().await["result"], json!({}));
        peer.send(approval(&question)).await;
        let result = peer.receive().await;
        assert_eq!(
            (&result["id"], &result["result"]["isError"]),
            (&id, &json!(false)),
            "{result}"
        );
        assert_eq!(transport.requests().len(), 1);
        // With the response, the identifier is free.
        peer.send(json!({"id": id, "method": "ping"})).await;
        assert_eq!(peer.receive().await["result"], json!({}));
    }
}

#[tokio::test]
async fn the_end_of_a_cancelled_request_is_not_the_response_to_another() {
    let (server, _) = asking();
    let mut peer = Peer::connect_with(server, json!({"elicitation": {}})).await;
    peer.send(call(&json!(7))).await;
    assert_eq!(peer.receive().await["method"], "elicitation/create");
    let cancelled = json!({"method": "notifications/cancelled", "params": {"requestId": 7}});
    peer.send(cancelled).await;
    let ping = peer.ask(7, "ping", json!({})).await;
    assert_eq!(ping["error"]["code"], -32600, "{ping}");
    let ping = peer.ask(8, "ping", json!({})).await;
    assert_eq!(ping["result"], json!({}), "{ping}");
}

/// Sends a call in a session, and reads its stream until the server asks. Returns the events so far.
async fn until_asked(session: &mut Connection, id: &Json) -> String {
    session
        .send("POST", &[], call(id).to_string().as_bytes())
        .await;
    assert_eq!(session.head().await.status, 200);
    let mut events = String::new();
    while !events.contains("elicitation/create") {
        events.push_str(&session.chunk().await);
    }
    events
}

fn question(events: &str) -> Json {
    let mut messages = messages(events).into_iter();
    messages
        .find(|message| message["method"] == "elicitation/create")
        .unwrap()
}

/// Returns another connection of the client of a session.
async fn beside(session: &Connection, address: &str) -> Connection {
    let mut other = Connection::open(address).await;
    other.headers.clone_from(&session.headers);
    other
}

#[tokio::test]
async fn a_repeated_identifier_in_a_session_is_refused() {
    let (server, transport) = asking();
    let address = start(server.http()).await;
    let mut session = Connection::open(&address).await;
    session.initialize(json!({"elicitation": {}})).await;
    let mut events = until_asked(&mut session, &json!(7)).await;
    let mut other = beside(&session, &address).await;
    for _ in 0..3 {
        let refused = other.post(&call(&json!(7))).await;
        let message = refused.message();
        assert_eq!(refused.head.status, 400, "{refused:?}");
        assert_eq!(
            (&message["id"], &message["error"]["code"]),
            (&json!(7), &json!(-32600)),
            "{message}"
        );
    }
    // Another session has other identifiers.
    let mut foreign = Connection::open(&address).await;
    foreign.initialize(json!({})).await;
    assert_eq!(
        foreign.ask(7, "ping", &json!({})).await.message()["result"],
        json!({})
    );
    let approval = approval(&question(&events));
    assert_eq!(other.post(&approval).await.head.status, 202);
    while !events.contains("\"isError\":false") {
        events.push_str(&session.chunk().await);
    }
    assert_eq!(transport.requests().len(), 1);
    let ping = other.ask(7, "ping", &json!({})).await;
    assert_eq!(ping.message()["result"], json!({}), "{ping:?}");
}

#[tokio::test]
async fn every_request_of_a_batch_with_repeated_identifiers_gets_a_response() {
    let (server, _) = asking();
    let address = start(server.http()).await;
    let mut session = Connection::open(&address).await;
    session.initialize_with("2025-03-26", json!({})).await;
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    for _ in 0..5 {
        let reply = session.post(&json!([ping, ping, ping])).await;
        let responses = messages(&reply.body);
        assert_eq!(responses.len(), 3, "{reply:?}");
        let is_it = |response: &Json| {
            response["id"] == 1
                && (response["result"] == json!({}) || response["error"]["code"] == -32600)
        };
        assert!(responses.iter().all(is_it), "{reply:?}");
    }
}

#[tokio::test]
async fn the_result_of_a_call_is_kept_for_a_client_that_lost_its_stream() {
    let (server, transport) = asking();
    let address = start(server.http()).await;
    let mut session = Connection::open(&address).await;
    session.initialize(json!({"elicitation": {}})).await;
    let events = until_asked(&mut session, &json!(7)).await;
    let ids = events.lines().filter_map(|line| line.strip_prefix("id:"));
    let ids: Vec<String> = ids.map(|id| id.trim().to_owned()).collect();
    let mut other = beside(&session, &address).await;
    drop(session);
    assert_eq!(
        other.post(&approval(&question(&events))).await.head.status,
        202
    );
    while transport.requests().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    // The call has ended when its identifier is free.
    while other.ask(7, "ping", &json!({})).await.head.status == 400 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    for (last, expected) in [(ids.last(), 1), (ids.first(), ids.len())] {
        let last = [
            ("Accept", "text/event-stream"),
            ("Last-Event-ID", last.unwrap().as_str()),
        ];
        let mut resuming = beside(&other, &address).await;
        let reply = resuming.request("GET", &last, b"").await;
        assert_eq!(reply.head.status, 200, "{reply:?}");
        let resumed = messages(&reply.body);
        assert_eq!(resumed.len(), expected.min(2), "{reply:?}");
        let result = resumed.last().unwrap();
        assert_eq!(
            (&result["id"], &result["result"]["isError"]),
            (&json!(7), &json!(false)),
            "{reply:?}"
        );
        assert_eq!(transport.requests().len(), 1, "it is not called again");
    }
    // Another session does not see it.
    let mut foreign = Connection::open(&address).await;
    foreign.initialize(json!({})).await;
    let last = [
        ("Accept", "text/event-stream"),
        ("Last-Event-ID", ids[0].as_str()),
    ];
    let reply = foreign.request("GET", &last, b"").await;
    assert!(!reply.body.contains("isError"), "{reply:?}");
}
