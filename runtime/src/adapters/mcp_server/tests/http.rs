//! The server over HTTP: who may reach it, and how long.

use std::time::Duration;

use serde_json::json;

use super::wire::{Connection, start};
use super::{Server, project};
use crate::adapters::mcp_server::HttpServer;
use crate::adapters::tests::{toolbox, valid_call};
use crate::agent::Policy;
use crate::codec::Json;
use crate::tools::ToolFilter;

fn server() -> HttpServer {
    Server::new(toolbox(&project()).0).http()
}

const PING: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

#[tokio::test]
async fn pages_of_this_machine_are_allowed_and_others_are_not() {
    let address = start(server().allow_origin("https://app.example")).await;
    let cases = [
        ("localhost:1", None, true),
        ("127.0.0.1", Some("http://127.0.0.1:3000"), true),
        ("[::1]:9", Some("http://localhost"), true),
        ("localhost", Some("https://app.example"), true),
        ("evil.example", None, false),
        ("evil.example", Some("http://evil.example"), false),
        ("localhost", Some("http://evil.example"), false),
        ("localhost", Some("https://app.example:444"), false),
        ("localhost", Some("null"), false),
    ];
    for (host, origin, is_allowed) in cases {
        let mut headers = vec![("Host", host)];
        headers.extend(origin.map(|origin| ("Origin", origin)));
        let mut connection = Connection::open(&address).await;
        let reply = connection.request("POST", &headers, PING).await;
        // Without a session, an allowed request gets 400.
        let expected = if is_allowed { 400 } else { 403 };
        assert_eq!(reply.head.status, expected, "{host} {origin:?}: {reply:?}");
        let allowed = reply.head.header("access-control-allow-origin");
        assert_eq!(allowed, origin.filter(|_| is_allowed), "{host} {origin:?}");
        if !is_allowed {
            assert_eq!(reply.message()["id"], Json::Null);
        }
    }
}

#[tokio::test]
async fn reports_to_browsers_what_a_page_may_do() {
    let address = start(server().allow_origin("https://app.example").token("secret")).await;
    let mut connection = Connection::open(&address)
        .await
        .with("Origin", "https://app.example");
    let preflight = [
        ("Access-Control-Request-Method", "POST"),
        (
            "Access-Control-Request-Headers",
            "authorization,content-type,mcp-param-region",
        ),
    ];
    let reply = connection.request("OPTIONS", &preflight, b"").await;
    assert_eq!(reply.head.status, 204, "without a token: {reply:?}");
    let expected = [
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-allow-methods", "GET, POST, DELETE"),
        (
            "access-control-allow-headers",
            "authorization,content-type,mcp-param-region",
        ),
        ("access-control-max-age", "600"),
    ];
    for (name, value) in expected {
        assert_eq!(reply.head.header(name), Some(value), "{name}");
    }
    let reply = connection.request("POST", &[], PING).await;
    assert_eq!(reply.head.status, 401);
    assert_eq!(
        reply.head.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    connection
        .headers
        .push(("Authorization".to_owned(), "Bearer secret".to_owned()));
    let reply = connection.initialize(json!({})).await;
    assert_eq!(reply.head.status, 200);
    let exposed = reply.head.header("access-control-expose-headers").unwrap();
    assert!(
        exposed.contains("Mcp-Session-Id") && exposed.contains("Mcp-Protocol-Version"),
        "{exposed}"
    );
    assert!(reply.head.header("vary").unwrap().contains("Origin"));
    let mut foreign = Connection::open(&address)
        .await
        .with("Origin", "https://evil.example");
    let reply = foreign.request("OPTIONS", &preflight, b"").await;
    assert_eq!(reply.head.status, 403);
    assert_eq!(reply.head.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_token_has_the_scheme_bearer_in_any_case() {
    let address = start(server().token("secret").token("other")).await;
    let mut connection = Connection::open(&address)
        .await
        .with("Authorization", "bearer secret");
    assert_eq!(connection.initialize(json!({})).await.head.status, 200);
    for (authorization, status) in [
        ("Bearer secret", 200),
        ("BEARER  secret", 200),
        ("bearer Secret", 401),
        ("bearer other", 404),
        ("Basic secret", 401),
        ("Bearersecret", 401),
        ("secret", 401),
    ] {
        connection.headers[0].1 = authorization.to_owned();
        let reply = connection.request("POST", &[], PING).await;
        assert_eq!(reply.head.status, status, "{authorization}: {reply:?}");
    }
}

#[tokio::test]
async fn a_client_that_sends_too_much_sees_the_refusal() {
    let address = start(Server::new(toolbox(&project()).0).http()).await;
    let body = vec![b' '; 24 << 20];
    for (origin, status) in [(None, 413), (Some("https://evil.example"), 403)] {
        let mut connection = Connection::open(&address).await;
        if let Some(origin) = origin {
            connection = connection.with("Origin", origin);
        }
        let reply = connection.request("POST", &[], &body).await;
        assert_eq!(reply.head.status, status, "{reply:?}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_gets_an_error() {
    let address = start(
        Server::new(toolbox(&project()).0)
            .max_message_bytes(500)
            .http(),
    )
    .await;
    let long = format!("\"{}\"", "x".repeat(600));
    let cases: [(&[u8], u16, i64); 8] = [
        (
            br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\ud83d"}}"#,
            400,
            -32700,
        ),
        (b"\xff", 400, -32700),
        (b"", 400, -32700),
        (b"\xef\xbb\xbf", 400, -32700),
        (b"[]", 400, -32600),
        (b"{}", 400, -32600),
        (long.as_bytes(), 413, -32700),
        (
            br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{}}}"#,
            200,
            -32602,
        ),
    ];
    for (body, status, code) in cases {
        let mut connection = Connection::open(&address).await;
        let reply = connection.request("POST", &[], body).await;
        let shown = String::from_utf8_lossy(body);
        assert_eq!(reply.head.status, status, "{shown}: {reply:?}");
        assert_eq!(
            reply.head.header("content-type"),
            Some("application/json"),
            "{shown}"
        );
        assert_eq!(reply.message()["error"]["code"], code, "{shown}");
    }
    // A request of 2026-07-28 has no handshake, and one with invalid parameters is a bad request.
    let mut modern = Connection::open(&address).await;
    let reply = modern.ask_modern(1, "initialize", &json!({})).await;
    assert_eq!(
        (reply.head.status, &reply.message()["error"]["code"]),
        (404, &json!(-32601))
    );
    let reply = modern
        .ask_modern(2, "tools/list", &json!({"cursor": 5}))
        .await;
    assert_eq!(
        (reply.head.status, &reply.message()["error"]["code"]),
        (400, &json!(-32602))
    );
    let mut connection = Connection::open(&address).await.with("Accept", "*/*");
    assert_eq!(
        connection.initialize(json!({})).await.head.status,
        200,
        "everything is accepted"
    );
    let (name, _) = valid_call();
    let params = json!({"name": name, "arguments": r#"{"id": "prj_1"}"#});
    let reply = connection.ask(1, "tools/call", &params).await;
    assert_eq!(reply.message()["result"]["isError"], false, "{reply:?}");
    let mut modern = Connection::open(&address).await;
    let reply = modern.ask_modern(1, "tools/call", &params).await;
    assert_eq!(reply.message()["result"]["isError"], false, "{reply:?}");
}

#[tokio::test]
async fn lists_have_the_order_of_the_author_and_are_kept_for_a_time() {
    let server = Server::new(toolbox(&project()).0)
        .list_ttl(Duration::from_secs(7))
        .page_size(4);
    let properties = r#""properties":{"name":{"#;
    let mut peer = super::stdio::Peer::connect(server.clone()).await;
    peer.request(1, "tools/list", json!({})).await;
    let text = peer.receive_text().await;
    assert!(text.contains(properties), "{text}");
    assert!(!text.contains("ttlMs"), "{text}");
    let address = start(server.http()).await;
    let mut older = Connection::open(&address).await;
    older.initialize(json!({})).await;
    let older = older.ask(1, "tools/list", &json!({})).await;
    let mut modern = Connection::open(&address).await;
    let modern = modern.ask_modern(1, "tools/list", &json!({})).await;
    for reply in [&older, &modern] {
        let result = &reply.message()["result"];
        let tool = &result["tools"][0];
        assert_eq!(tool["name"], "create_a_shop_project", "{reply:?}");
        for part in [
            properties,
            r#""accountId":{"description":"The account.","type":"string"},"env""#,
            r#""outputSchema":{"type":"object","description":"A project.","properties":{"id""#,
        ] {
            let unordered = part.replace(
                r#""description":"The account.","type":"string""#,
                r#""type":"string","description":"The account.""#,
            );
            let is_there = reply.body.contains(part) || reply.body.contains(&unordered);
            assert!(is_there, "{part}: {}", reply.body);
        }
        let stdio: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(
            result["tools"], stdio["result"]["tools"],
            "only the order differs from what rmcp writes"
        );
        assert_eq!(result["nextCursor"], "4");
    }
    let result = &modern.message()["result"];
    assert_eq!(result["ttlMs"], 7_000);
    assert_eq!(result["cacheScope"], "private");
    assert!(older.message()["result"].get("ttlMs").is_none());
}

#[tokio::test]
async fn sessions_beyond_the_bound_are_refused_until_one_ends() {
    let address = start(server().max_sessions(2)).await;
    let mut one = Connection::open(&address).await;
    assert_eq!(one.initialize(json!({})).await.head.status, 200);
    let mut two = Connection::open(&address).await;
    assert_eq!(two.initialize(json!({})).await.head.status, 200);
    let mut three = Connection::open(&address).await;
    let refused = three.initialize(json!({})).await;
    assert_eq!(refused.head.status, 503, "{refused:?}");
    let wait: u64 = refused.head.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=1_801).contains(&wait), "{wait}");
    assert_eq!(refused.message()["id"], 0);
    assert_eq!(refused.message()["error"]["code"], -32603);
    // A client of 2026-07-28 with credentials takes a place as well; without, it takes none.
    let (name, arguments) = valid_call();
    let call = json!({"name": name, "arguments": arguments});
    let mut modern = Connection::open(&address).await;
    assert_eq!(
        modern.ask_modern(1, "tools/call", &call).await.head.status,
        200
    );
    let mut named = Connection::open(&address)
        .await
        .with("Authorization", "Bearer a");
    assert_eq!(
        named.ask_modern(1, "tools/call", &call).await.head.status,
        503
    );
    assert_eq!(one.request("DELETE", &[], b"").await.head.status, 202);
    assert_eq!(
        named.ask_modern(1, "tools/call", &call).await.head.status,
        200
    );
    assert_eq!(three.initialize(json!({})).await.head.status, 503);
    assert_eq!(
        two.ask(1, "ping", &json!({})).await.head.status,
        200,
        "others are served"
    );
}

#[tokio::test]
async fn an_idle_or_old_session_ends() {
    let limit = Duration::from_secs(2);
    let idle = start(server().max_sessions(1).session_idle_timeout(limit)).await;
    let old = start(server().session_max_age(limit)).await;
    let mut sessions = Vec::new();
    for address in [&idle, &old] {
        let mut session = Connection::open(address).await;
        assert_eq!(session.initialize(json!({})).await.head.status, 200);
        sessions.push(session);
    }
    tokio::time::sleep(2 * limit).await;
    for session in &mut sessions {
        assert_eq!(session.ask(1, "ping", &json!({})).await.head.status, 404);
    }
    let mut next = Connection::open(&idle).await;
    assert_eq!(
        next.initialize(json!({})).await.head.status,
        200,
        "its place is free"
    );
}

#[tokio::test]
async fn a_wrong_origin_or_host_is_an_error_at_the_start() {
    for server in [
        server().allow_origin("app.example"),
        server().allow_host("https://x/"),
    ] {
        let error = server.listen(([127, 0, 0, 1], 0).into()).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    }
}

#[tokio::test]
async fn a_question_in_a_session_is_withdrawn_with_its_call() {
    let policy = Policy::new().require_approval(ToolFilter::all());
    let toolbox = toolbox(&project()).0.policy(policy);
    let address = start(Server::new(toolbox).http()).await;
    let mut session = Connection::open(&address).await;
    session.initialize(json!({"elicitation": {}})).await;
    let mut other = Connection::open(&address).await;
    other.headers.clone_from(&session.headers);
    let mut stream = Connection::open(&address).await;
    stream.headers.clone_from(&session.headers);
    stream
        .send("GET", &[("Accept", "text/event-stream")], b"")
        .await;
    assert_eq!(stream.head().await.status, 200);
    let (name, arguments) = valid_call();
    let params = json!({"name": name, "arguments": arguments});
    let call = json!({"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": params});
    session.send("POST", &[], call.to_string().as_bytes()).await;
    assert_eq!(session.head().await.status, 200);
    let mut text = String::new();
    while !text.contains("elicitation/create") {
        text.push_str(&session.chunk().await);
    }
    let cancelled =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}});
    assert_eq!(other.post(&cancelled).await.head.status, 202);
    let mut text = String::new();
    while !text.contains("notifications/cancelled") {
        text.push_str(&stream.chunk().await);
    }
}
