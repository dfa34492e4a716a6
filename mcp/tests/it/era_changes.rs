//! Servers that speak another era after an update or its rollback, or only after they have started.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use toolsmith_mcp::{Endpoint, OpenError, RequestError, Session, ToolRequest};

use crate::server::{HttpServer, Received, discovered, error_of, legacy, ok, response, result_of};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

const JSON: &str = "Content-Type: application/json\r\n";

/// The server as it is before or after the change.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// 2026-07-28 alone. It refuses other messages with this status and code.
    Modern(&'static str, i64),
    /// The older era, with sessions of this name. It refuses messages without one with this text.
    Sessions(&'static str, &'static str),
    /// The older era without sessions.
    Plain,
}

fn respond(kind: Kind, received: &Received) -> String {
    let message = &received.body;
    let called = || ok(&result_of(message, &json!({"content": []})));
    let initialized = |headers: &str| {
        let result = json!({"protocolVersion": "2025-06-18"});
        response("200 OK", headers, &result_of(message, &result))
    };
    match (kind, received.method()) {
        (Kind::Modern(status, code), method) => {
            if received.header("mcp-protocol-version") == Some("2026-07-28") {
                return discovered(message).map_or_else(called, |body| ok(&body));
            }
            if method.starts_with("notifications/") {
                return response(status, "", "");
            }
            let mut error: Value =
                serde_json::from_str(&error_of(message, code, "refused")).unwrap();
            if code == -32022 {
                error["error"]["data"] = json!({"supported": ["2026-07-28"]});
            }
            response(status, JSON, &error.to_string())
        }
        (_, "notifications/initialized") => response("202 Accepted", "", ""),
        (Kind::Sessions(name, _), "initialize") => {
            initialized(&format!("{JSON}Mcp-Session-Id: {name}\r\n"))
        }
        (Kind::Sessions(name, refusal), _) => match received.header("mcp-session-id") {
            Some(found) if found == name => called(),
            Some(_) => response("404 Not Found", "", "Session not found"),
            None => response("400 Bad Request", JSON, refusal),
        },
        (Kind::Plain, "initialize") => initialized(JSON),
        (Kind::Plain, "tools/call") => called(),
        (Kind::Plain, _) => ok(&error_of(message, -32601, "no such method")),
    }
}

#[tokio::test]
async fn an_open_session_follows_a_server_to_another_era() {
    let named = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bad Request: Mcp-Session-Id header is required"}}"#;
    let foreign = r#"{"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,"message":"Bad Request: Missing session ID"}}"#;
    let text = "Bad Request: Server not initialized";
    let modern = Kind::Modern("400 Bad Request", -32022);
    let missing = Kind::Modern("400 Bad Request", -32020);
    let unknown = Kind::Modern("404 Not Found", -32601);
    for (before, after, version) in [
        (modern, Kind::Sessions("s", named), "2025-06-18"),
        (modern, Kind::Sessions("s", foreign), "2025-06-18"),
        (modern, Kind::Sessions("s", text), "2025-06-18"),
        (Kind::Plain, modern, "2026-07-28"),
        (Kind::Plain, missing, "2026-07-28"),
        (Kind::Plain, unknown, "2026-07-28"),
        (Kind::Sessions("s", named), modern, "2026-07-28"),
        (Kind::Sessions("s", named), missing, "2026-07-28"),
        (Kind::Sessions("s", named), unknown, "2026-07-28"),
        (
            Kind::Sessions("s", named),
            Kind::Sessions("t", named),
            "2025-06-18",
        ),
    ] {
        let changes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&changes);
        let server = HttpServer::start(move |received| {
            let is_changed = count.load(Ordering::Relaxed) % 2 == 1;
            respond(if is_changed { after } else { before }, received)
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        session.call_tool(&CALL).await.outcome.unwrap();
        let first = session.protocol_version().await;
        // An update, and its rollback.
        for _ in 0..2 {
            changes.fetch_add(1, Ordering::Relaxed);
            for _ in 0..2 {
                let outcome = session.call_tool(&CALL).await.outcome;
                assert!(outcome.is_ok(), "{before:?} to {after:?}: {outcome:?}");
            }
            let now = session.protocol_version().await;
            let is_after = changes.load(Ordering::Relaxed) == 1;
            let expected = if is_after {
                Some(version.to_owned())
            } else {
                first.clone()
            };
            // A server that serves both eras is used as it was.
            let is_kept = !is_after && matches!(before, Kind::Plain);
            assert!(
                is_kept || now == expected,
                "{before:?} to {after:?}: {now:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_server_of_the_same_era_is_asked_once_and_no_call_is_repeated() {
    for refusal in [
        ok(r#"{"jsonrpc":"2.0","id":ID,"error":{"code":-32022,"message":"odd"}}"#),
        response(
            "400 Bad Request",
            JSON,
            r#"{"jsonrpc":"2.0","id":ID,"error":{"code":7,"message":"odd"}}"#,
        ),
        response("422 Unprocessable", "", "odd"),
    ] {
        // The length does not change: identifiers of requests are short.
        let server = legacy(move |received| {
            let id = received.body["id"].to_string();
            refusal.replace("ID", &format!("{id:>2}"))
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        for _ in 0..8 {
            let outcome = session.call_tool(&CALL).await.outcome;
            let is_kept = matches!(outcome, Err(RequestError::Rpc(_) | RequestError::Http(_)));
            assert!(is_kept, "{outcome:?}");
        }
        assert_eq!(server.count("tools/call"), 8);
        assert_eq!(server.count("server/discover"), 2);
    }
}

#[tokio::test]
async fn a_server_that_cannot_state_its_era_during_an_update_is_asked_again() {
    let modern = Kind::Modern("400 Bad Request", -32022);
    let step = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&step);
    let server = HttpServer::start(move |received| {
        let is_opening = matches!(received.method(), "server/discover" | "initialize");
        match now.load(Ordering::Relaxed) {
            0 => respond(Kind::Plain, received),
            // The calls reach the new server, the openings a gateway without one.
            1 if is_opening => response("502 Bad Gateway", "", ""),
            _ => respond(modern, received),
        }
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    step.store(1, Ordering::Relaxed);
    for _ in 0..4 {
        session.call_tool(&CALL).await.outcome.unwrap_err();
    }
    let asked = server.count("server/discover");
    step.store(2, Ordering::Relaxed);
    session.call_tool(&CALL).await.outcome.unwrap_err();
    assert_eq!(
        server.count("server/discover"),
        asked,
        "it is asked now and then"
    );
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    session.call_tool(&CALL).await.outcome.unwrap();
}

#[tokio::test]
async fn a_gateway_without_a_server_decides_no_era() {
    for (status, failures, opens) in [
        ("503 Service Unavailable", 1, true),
        ("502 Bad Gateway", 2, true),
        ("504 Gateway Timeout", usize::MAX, false),
    ] {
        let modern = Kind::Modern("400 Bad Request", -32020);
        let count = AtomicUsize::new(0);
        let server = HttpServer::start(move |received| {
            let is_first = received.method() == "server/discover";
            if is_first && count.fetch_add(1, Ordering::Relaxed) < failures {
                return response(status, "", "");
            }
            respond(modern, received)
        })
        .await;
        match Session::open(Endpoint::http(&server.url)).await {
            Ok(session) if opens => session.call_tool(&CALL).await.outcome.map(drop).unwrap(),
            Err(OpenError::Handshake(problem)) if !opens => {
                assert!(problem.contains("504"), "{problem}");
            }
            other => panic!("{status}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn versions_that_the_client_does_not_speak_open_no_session() {
    for (version, is_spoken) in [
        (json!("2025-11-25"), true),
        (json!("2024-11-05"), true),
        (json!("2024-10-07"), true),
        (json!("1999-01-01"), false),
        (json!("2031-01-01"), false),
        (json!("2025\r\nX: y"), false),
        (json!(""), false),
    ] {
        let shown = version.clone();
        let server = HttpServer::start(move |received| match received.method() {
            "initialize" => ok(&result_of(
                &received.body,
                &json!({"protocolVersion": version}),
            )),
            "server/discover" => ok(&error_of(&received.body, -32601, "no")),
            _ => response("202 Accepted", "", ""),
        })
        .await;
        match Session::open(Endpoint::http(&server.url)).await {
            Ok(session) => {
                assert!(is_spoken, "{shown}");
                let version = session.protocol_version().await;
                assert_eq!(version.as_deref(), shown.as_str());
            }
            Err(OpenError::Handshake(problem)) => {
                assert!(!is_spoken, "{shown}: {problem}");
                assert!(
                    problem.contains("supports the protocol versions"),
                    "{problem}"
                );
            }
            Err(other) => panic!("{shown}: {other:?}"),
        }
    }
}
