//! Statuses, redirects, tokens and sessions over HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use toolsmith_mcp::error::NotSent;
use toolsmith_mcp::input::ElicitationAnswer;
use toolsmith_mcp::{Endpoint, OpenError, RequestError, Session, ToolRequest};

use crate::server::{HttpServer, Received, legacy, modern, ok, response, result_of, stream};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

#[tokio::test]
async fn refusals_keep_the_status_and_the_challenge() {
    let cases = [
        (
            "401 Unauthorized",
            "WWW-Authenticate: Bearer resource_metadata=\"https://a.test/m\"\r\n",
            401,
        ),
        (
            "403 Forbidden",
            "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write\"\r\n",
            403,
        ),
        ("429 Too Many Requests", "Retry-After: 7\r\n", 429),
        ("500 Internal Server Error", "", 500),
        ("405 Method Not Allowed", "", 405),
    ];
    for (status, headers, code) in cases {
        let body =
            r#"{"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,"message":"no"}}"#;
        let server = legacy(move |_| response(status, headers, body)).await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        let reply = session.call_tool(&CALL).await;
        assert_eq!(reply.head.unwrap().status, code);
        let Err(RequestError::Http(error)) = reply.outcome else {
            panic!("{status}: {:?}", reply.outcome)
        };
        assert_eq!(error.status, code);
        let text = error.to_string();
        assert!(
            text.contains(&code.to_string()) && !text.contains("::"),
            "{text}"
        );
        let challenge = error.challenge.unwrap_or_default();
        assert_eq!(challenge.resource_metadata.is_some(), code == 401);
        assert_eq!(challenge.is_insufficient_scope(), code == 403);
        if code == 403 {
            assert!(text.contains("write"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_refusal_of_the_first_request_is_about_the_token() {
    let server = HttpServer::start(|_| {
        response(
            "401 Unauthorized",
            "WWW-Authenticate: Bearer scope=\"files\"\r\n",
            "",
        )
    })
    .await;
    let error = Session::open(Endpoint::http(&server.url))
        .await
        .unwrap_err();
    let OpenError::Unauthorized(challenge) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(challenge.scope.as_deref(), Some("files"));
    assert_eq!(server.received().len(), 1, "it is not asked again");
}

#[tokio::test]
async fn a_lost_session_is_opened_again_once() {
    for (status, body) in [
        ("404 Not Found", ""),
        (
            "400 Bad Request",
            "Bad Request: No valid session ID provided",
        ),
    ] {
        let sessions = Arc::new(AtomicUsize::new(0));
        let opened = Arc::clone(&sessions);
        let server = HttpServer::start(move |received| match received.method() {
            "initialize" => {
                let number = opened.fetch_add(1, Ordering::Relaxed);
                let result = json!({"protocolVersion": "2025-06-18"});
                let headers =
                    format!("Content-Type: application/json\r\nMcp-Session-Id: s{number}\r\n");
                response("200 OK", &headers, &result_of(&received.body, &result))
            }
            "tools/call" if received.header("mcp-session-id") == Some("s1") => {
                ok(&result_of(&received.body, &json!({"content": []})))
            }
            "notifications/initialized" => response("202 Accepted", "", ""),
            _ => response(status, "", body),
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        session.call_tool(&CALL).await.outcome.unwrap();
        assert_eq!(sessions.load(Ordering::Relaxed), 2);
        assert_eq!(server.count("tools/call"), 2);
    }
}

#[tokio::test]
async fn a_refusal_that_names_the_request_is_not_repeated_when_it_mentions_a_session() {
    let named =
        r#"{"jsonrpc":"2.0","id":ID,"error":{"code":-32602,"message":"no session named x"}}"#;
    let unnamed = r#"{"error":"the session of the user has no such note"}"#;
    let foreign = r#"{"jsonrpc":"2.0","id":"q","error":{"code":1,"message":"session"}}"#;
    let null = r#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"Bad session ID"}}"#;
    for (status, body, sends) in [
        ("400 Bad Request", named, 1),
        ("404 Not Found", named, 1),
        ("400 Bad Request", unnamed, 1),
        ("400 Bad Request", foreign, 1),
        ("400 Bad Request", null, 3),
        ("400 Bad Request", "No valid session", 3),
        ("404 Not Found", unnamed, 3),
    ] {
        let server = HttpServer::start(move |received| match received.method() {
            "initialize" => {
                let result = json!({"protocolVersion": "2025-06-18"});
                let headers = "Content-Type: application/json\r\nMcp-Session-Id: s\r\n";
                response("200 OK", headers, &result_of(&received.body, &result))
            }
            "notifications/initialized" => response("202 Accepted", "", ""),
            _ => {
                let body = body.replace("ID", &received.body["id"].to_string());
                response(status, "Content-Type: application/json\r\n", &body)
            }
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        let outcome = session.call_tool(&CALL).await.outcome;
        assert_eq!(server.count("tools/call"), sends, "{status}: {body}");
        let is_named =
            matches!(&outcome, Err(RequestError::Rpc(error)) if error.code == Some(-32602));
        assert_eq!(is_named, body == named, "{outcome:?}");
        let is_unsent = matches!(&outcome, Err(RequestError::NotSent { .. }));
        assert_eq!(is_unsent, sends == 3, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_stream_that_breaks_inside_an_event_is_resumed_before_it() {
    let id = Arc::new(Mutex::new(json!(null)));
    let known = Arc::clone(&id);
    let begin = "id: e1\nretry: 10\ndata:\n\nid: e2\ndata: {\"jsonrpc\":\"2.0\",";
    // The end comes before the announced one, or is a clean one.
    for raw in [
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9000\r\nConnection: close\r\n\r\n{begin}"
        ),
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9000\r\nConnection: close\r\n\r\n{begin}\n"
        ),
        stream(begin),
    ] {
        let known = Arc::clone(&known);
        let shown = raw.clone();
        let server = legacy(move |received| match received.target.as_str() {
            "POST /mcp" => {
                *known.lock().unwrap() = received.body["id"].clone();
                raw.clone()
            }
            "GET /mcp" if received.header("last-event-id") == Some("e1") => {
                let body = json!({"jsonrpc": "2.0", "id": *known.lock().unwrap(), "result": {"content": []}});
                stream(&format!("id: e2\ndata: {body}\n\n"))
            }
            _ => response("404 Not Found", "", ""),
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        let outcome = session.call_tool(&CALL).await.outcome;
        assert!(outcome.is_ok(), "{shown}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_session_that_is_always_lost_is_an_error() {
    let server = HttpServer::start(move |received| match received.method() {
        "initialize" => {
            let result = json!({"protocolVersion": "2025-06-18"});
            let headers = "Content-Type: application/json\r\nMcp-Session-Id: s\r\n";
            response("200 OK", headers, &result_of(&received.body, &result))
        }
        "notifications/initialized" => response("202 Accepted", "", ""),
        _ => response("404 Not Found", "", ""),
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(
        matches!(outcome, Err(RequestError::NotSent { .. })),
        "{outcome:?}"
    );
    assert_eq!(server.count("tools/call"), 3);
}

#[tokio::test]
async fn a_broken_connection_reports_whether_the_request_was_sent() {
    let server = modern(|_| String::new()).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(matches!(outcome, Err(RequestError::Lost(_))), "{outcome:?}");
    let error = Session::open(Endpoint::http("http://127.0.0.1:1/mcp?key=s3cr3t-canary")).await;
    let text = error.unwrap_err().to_string();
    assert!(
        text.contains("no connection") && !text.contains("canary"),
        "{text}"
    );
    let cut = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\nConnection: close\r\n\r\n{";
    let server = modern(|_| cut.to_owned()).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(matches!(outcome, Err(RequestError::Lost(_))), "{outcome:?}");
    assert_ne!(NotSent::Connect, NotSent::Closed);
}

#[tokio::test]
async fn a_stream_of_the_older_era_is_resumed_after_its_last_event() {
    let id = Arc::new(Mutex::new(json!(null)));
    let known = Arc::clone(&id);
    let server = legacy(move |received| match received.target.as_str() {
        "POST /mcp" => {
            *known.lock().unwrap() = received.body["id"].clone();
            stream("id: e1\nretry: 10\ndata:\n\n")
        }
        "GET /mcp" if received.header("last-event-id") == Some("e1") => {
            let body = json!({"id": *known.lock().unwrap(), "result": {"content": []}});
            stream(&format!("id: e2\ndata: {body}\n\n"))
        }
        other => panic!("{other}"),
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    assert_eq!(server.count("tools/call"), 1);
}

#[tokio::test]
async fn a_response_on_another_stream_ends_its_call() {
    const SILENT: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9000\r\n\r\n: wait\n\n";
    let id = Mutex::new(json!(null));
    let server = legacy(move |received| {
        let mut id = id.lock().unwrap();
        match received.target.as_str() {
            "POST /mcp" => {
                *id = received.body["id"].clone();
                SILENT.to_owned()
            }
            "GET /mcp" if id.is_null() => stream(": hello\n\n"),
            "GET /mcp" => {
                let body = json!({"jsonrpc": "2.0", "id": *id, "result": {"content": []}});
                stream(&format!("data: {body}\n\n"))
            }
            other => panic!("{other}"),
        }
    })
    .await;
    let session = Session::builder(Endpoint::http(&server.url))
        .on_elicitation(|_| async { ElicitationAnswer::Decline })
        .open()
        .await
        .unwrap();
    let limit = std::time::Duration::from_secs(10);
    let ended = tokio::time::timeout(limit, session.call_tool(&CALL)).await;
    assert_eq!(ended.unwrap().outcome.unwrap(), r#"{"content":[]}"#);
    // A server may lose a question if the client does not listen yet.
    let received = server.received();
    let first = |target: &str, method: &str| {
        let is_it = |one: &Received| one.target == target && one.method() == method;
        received.iter().position(is_it).unwrap()
    };
    assert!(first("GET /mcp", "") < first("POST /mcp", "tools/call"));
}

#[tokio::test]
async fn a_server_without_a_stream_of_its_own_is_used_at_once() {
    for refusal in ["405 Method Not Allowed", "404 Not Found"] {
        let server = legacy(move |received| match received.target.as_str() {
            "GET /mcp" => response(refusal, "", ""),
            _ => ok(&result_of(&received.body, &json!({}))),
        })
        .await;
        let opening = Session::builder(Endpoint::http(&server.url))
            .on_elicitation(|_| async { ElicitationAnswer::Decline })
            .open();
        let limit = std::time::Duration::from_secs(1);
        let session = tokio::time::timeout(limit, opening).await;
        let session = session.expect("it does not wait").unwrap();
        session.call_tool(&CALL).await.outcome.unwrap();
    }
}

#[tokio::test]
async fn dropping_a_call_of_the_older_era_cancels_it() {
    let endless =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{";
    let server = legacy(|_| endless.to_owned()).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let calling = session.call_tool(&CALL);
    let limit = std::time::Duration::from_millis(100);
    assert!(tokio::time::timeout(limit, calling).await.is_err());
    tokio::time::sleep(limit).await;
    let received = server.received();
    let called = received
        .iter()
        .find(|one| one.method() == "tools/call")
        .unwrap();
    let cancelled = received
        .iter()
        .find(|one| one.method() == "notifications/cancelled")
        .unwrap();
    assert_eq!(cancelled.body["params"]["requestId"], called.body["id"]);
}

#[tokio::test]
async fn a_stream_is_known_by_its_media_type_in_any_case() {
    for kind in [
        "text/event-stream",
        "Text/Event-Stream",
        "TEXT/EVENT-STREAM; charset=utf-8",
        " text/event-stream;x=y",
    ] {
        // The stream stays open after the response.
        let server = modern(move |received| {
            let body = result_of(&received.body, &json!({"content": []}));
            format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: 9000\r\n\r\ndata: {body}\n\n")
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        let limit = std::time::Duration::from_secs(2);
        let ended = tokio::time::timeout(limit, session.call_tool(&CALL)).await;
        ended.expect(kind).outcome.unwrap();
    }
}

#[tokio::test]
async fn a_stream_whose_last_identifier_is_empty_is_not_resumed() {
    let server = legacy(|received| match received.target.as_str() {
        "POST /mcp" => stream("id: e1\nretry: 10\ndata:\n\nid:\ndata:\n\n"),
        other => panic!("{other}"),
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(matches!(outcome, Err(RequestError::Lost(_))), "{outcome:?}");
}

#[tokio::test]
async fn lost_sessions_are_distinguished_from_exits() {
    let server = HttpServer::start(move |received| match received.method() {
        "initialize" => {
            let result = json!({"protocolVersion": "2025-06-18"});
            let headers = "Content-Type: application/json\r\nMcp-Session-Id: s\r\n";
            response("200 OK", headers, &result_of(&received.body, &result))
        }
        "notifications/initialized" => response("202 Accepted", "", ""),
        _ => response("404 Not Found", "", ""),
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let mut last = String::new();
    for _ in 0..4 {
        let error = session.call_tool(&CALL).await.outcome.unwrap_err();
        last = error.to_string();
    }
    assert!(last.contains("keeps losing its sessions"), "{last}");
}
