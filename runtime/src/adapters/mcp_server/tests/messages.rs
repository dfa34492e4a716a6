//! Messages that are odd, or cannot be read.

use serde_json::json;

use super::stdio::Peer;
use super::{Server, project};
use crate::adapters::tests::{toolbox, valid_call};
use crate::codec::Json;

/// A line, and the code and the id of the response.
const UNREADABLE: &[(&[u8], i64, &str)] = &[
    (br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":"\ud83d"}}}"#, -32700, "null"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"cut \ude00"}}"#, -32700, "null"),
    (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p\xff\"}", -32700, "null"),
    (b"\xff\xfe", -32700, "null"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"ping""#, -32700, "null"),
    (b"hello", -32700, "null"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":NaN}}"#, -32700, "null"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1e999}}"#, -32700, "null"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"ping"} {}"#, -32700, "null"),
    (br#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600, "null"),
    (b"[]", -32600, "null"),
    (b"5", -32600, "null"),
    (b"null", -32600, "null"),
    (b"{}", -32600, "null"),
    (br#"{"id":1,"method":"ping"}"#, -32600, "1"),
    (br#"{"jsonrpc":"1.0","id":"a","method":"ping"}"#, -32600, "\"a\""),
    (br#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, "null"),
    (br#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600, "null"),
    (br#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600, "null"),
    (br#"{"jsonrpc":"2.0","id":1,"method":5}"#, -32600, "1"),
    (br#"{"jsonrpc":"2.0","id":1}"#, -32600, "1"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, -32602, "1"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":"x"}}"#, -32602, "1"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}"#, -32602, "1"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":10}}"#, -32602, "1"),
    (br#"{"jsonrpc":"2.0","id":1,"method":"tools/none"}"#, -32601, "1"),
];

#[tokio::test]
async fn every_line_gets_an_error_and_the_server_goes_on() {
    let mut peer = Peer::connect(Server::new(toolbox(&Json::Null).0)).await;
    for (line, code, id) in UNREADABLE {
        peer.send_line(line).await;
        peer.send_line(b"\n").await;
        let shown = String::from_utf8_lossy(line);
        let response = peer.receive_text().await;
        assert!(response.contains(r#""id":"#), "{shown}: {response}");
        let response: Json = serde_json::from_str(&response).unwrap();
        assert_eq!(response["error"]["code"], *code, "{shown}: {response}");
        assert_eq!(response["id"].to_string(), *id, "{shown}");
        assert_eq!(
            peer.ask(7, "ping", json!({})).await["result"],
            json!({}),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn lines_without_a_message_are_ignored() {
    let mut peer = Peer::connect(Server::new(toolbox(&Json::Null).0)).await;
    let ignored: [&[u8]; 8] = [
        b"",
        b"   ",
        b"\r",
        b"\xef\xbb\xbf",
        br#"{"jsonrpc":"2.0","method":"notifications/none"}"#,
        br#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}"#,
        br#"{"jsonrpc":"2.0","id":99,"result":{}}"#,
        br#"{"jsonrpc":"2.0","id":99,"error":"no"}"#,
    ];
    for line in ignored {
        peer.send_line(line).await;
        peer.send_line(b"\n").await;
    }
    peer.send_line(b"\xef\xbb\xbf{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}\r\n")
        .await;
    assert_eq!(
        peer.receive().await,
        json!({"jsonrpc": "2.0", "id": 3, "result": {}})
    );
}

#[tokio::test]
async fn a_line_that_is_too_long_is_not_kept() {
    let server = Server::new(toolbox(&Json::Null).0).max_message_bytes(1_000);
    let mut peer = Peer::connect(server).await;
    let long = vec![b'x'; 100_000];
    peer.send_line(&long).await;
    peer.send_line(b"\n").await;
    let response = peer.receive().await;
    assert_eq!(response["error"]["code"], -32700);
    let message = response["error"]["message"].as_str().unwrap();
    assert!(message.contains("longer than 1000 bytes"), "{message}");
    assert_eq!(peer.ask(7, "ping", json!({})).await["result"], json!({}));
}

#[tokio::test]
async fn a_client_may_begin_with_noise() {
    let mut peer = Peer::bare(Server::new(toolbox(&Json::Null).0));
    peer.send_line(b"hello\n").await;
    assert_eq!(peer.receive().await["error"]["code"], -32700);
    let noise = [
        json!({"method": "notifications/initialized"}),
        json!({"method": "notifications/cancelled", "params": {"requestId": 1}}),
        json!({"id": 5, "result": {}}),
    ];
    for message in noise {
        peer.send(message).await;
    }
    let early = peer.ask(1, "tools/list", json!({})).await;
    assert_eq!(
        early["error"]["code"], -32602,
        "neither a session nor metadata: {early}"
    );
    assert_eq!(peer.ask(2, "ping", json!({})).await["result"], json!({}));
    let opened = peer.initialize(json!({})).await;
    assert_eq!(opened["result"]["protocolVersion"], "2025-06-18");
    let listed = peer.ask(3, "tools/list", json!({})).await;
    assert!(listed["result"]["tools"].is_array(), "{listed}");
}

#[tokio::test]
async fn arguments_may_be_a_string() {
    let (name, _) = valid_call();
    let (toolbox, transport) = toolbox(&project());
    let mut peer = Peer::connect(Server::new(toolbox)).await;
    let readable = [
        json!(r#"{"id":"prj_1"}"#),
        json!(" {\"id\" : \"prj_1\"}\n"),
        json!("\u{feff}{\"id\":\"prj_1\"}"),
    ];
    for arguments in &readable {
        // A client that writes null for what is absent.
        let params =
            json!({"name": name, "arguments": arguments, "_meta": null, "requestState": null});
        let response = peer.ask(1, "tools/call", params).await;
        assert_eq!(
            response["result"]["isError"], false,
            "{arguments}: {response}"
        );
    }
    assert_eq!(transport.requests().len(), readable.len());
    for nothing in [
        json!(""),
        json!("null"),
        json!("[]"),
        json!([]),
        json!(null),
        json!("{}"),
    ] {
        let params = json!({"name": "list_all_shop_orders", "arguments": nothing});
        let response = peer.ask(1, "tools/call", params).await;
        let outcome = &response["result"]["structuredContent"]["outcome"];
        assert_ne!(outcome, "refused", "{nothing}: {response}");
    }
}

#[tokio::test]
async fn invalid_parameters_are_named() {
    let (name, _) = valid_call();
    let (toolbox, transport) = toolbox(&project());
    let mut peer = Peer::connect(Server::new(toolbox)).await;
    let cases = [
        (json!({"arguments": {}}), "name"),
        (json!({"name": 5, "arguments": {}}), "string"),
        (json!({"name": null}), "string"),
        (
            json!({"name": name, "arguments": "{\"id\": "}),
            "not valid JSON (EOF",
        ),
        (json!({"name": name, "arguments": "id"}), "not valid JSON"),
        (json!({"name": name, "arguments": "5"}), "not an object"),
        (json!({"name": name, "arguments": [1]}), "not an object"),
        (json!({"name": name, "arguments": true}), "not an object"),
        (
            json!({"name": name, "arguments": {}, "requestState": 5}),
            "string",
        ),
        (
            json!({"name": name, "arguments": {}, "_meta": []}),
            "_meta is not an object",
        ),
        (json!(null), "missing"),
        (json!("x"), "params is not an object"),
    ];
    for (params, reason) in cases {
        let response = peer.ask(1, "tools/call", params.clone()).await;
        assert_eq!(response["error"]["code"], -32602, "{params}: {response}");
        let message = response["error"]["message"].as_str().unwrap();
        assert!(message.contains(reason), "{params}: {message}");
    }
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn null_for_an_optional_argument_counts_as_absent() {
    let (plain, _) = toolbox(&project());
    let (served, transport) = toolbox(&json!({"result": []}));
    let mut peer = Peer::connect(Server::new(served)).await;
    let calls = [
        (
            "list_all_shop_projects",
            json!({"accountId": "acc_1", "limit": null, "next_cursor": null}),
        ),
        (
            "shop_orders_find_order",
            json!({"number": 5, "tenant": null}),
        ),
        (
            "create_a_shop_project",
            json!({"name": "A", "accountId": "acc_1", "env": null, "note": null}),
        ),
    ];
    for (name, arguments) in calls {
        let strict = plain.check(name, &arguments).unwrap_err();
        assert_eq!(
            strict.outcome().as_str(),
            "refused",
            "a program's own calls are strict"
        );
        let params = json!({"name": name, "arguments": arguments});
        let response = peer.ask(1, "tools/call", params).await;
        let text = response["result"]["content"][0]["text"].as_str().unwrap();
        assert_eq!(response["result"]["isError"], false, "{name}: {text}");
        assert!(!text.contains("corrected"), "{name}: {text}");
    }
    let sent = transport.requests();
    let body: Json = serde_json::from_slice(&sent[2].body).unwrap();
    assert_eq!(
        body,
        json!({"name": "A", "accountId": "acc_1", "note": null}),
        "a nullable one stays"
    );
    let required = json!({"name": "create_a_shop_project", "arguments": {"name": null, "accountId": "acc_1", "env": null}});
    let response = peer.ask(1, "tools/call", required).await;
    let problems = &response["result"]["structuredContent"]["problems"];
    assert_eq!(problems.as_array().unwrap().len(), 1, "{response}");
    assert_eq!(problems[0]["path"], "/name");
    assert_eq!(transport.requests().len(), 3);
}
