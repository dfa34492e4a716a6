//! Servers of one era alone, and questions during a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use toolsmith_mcp::{
    ElicitationAnswer, Endpoint, InputRequest, OpenError, ParamHeader, RequestError, Session,
    SessionBuilder, ToolRequest,
};

use crate::server::{
    HttpServer, error_of, legacy, modern, ok, over_streams, response, result_of, stream,
};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

#[tokio::test]
async fn a_modern_server_gets_the_metadata_and_the_headers_of_every_request() {
    let server = modern(|received| ok(&result_of(&received.body, &json!({"a": 1})))).await;
    let session = Session::builder(Endpoint::http(&server.url).token("t-canary"))
        .client_info("notes", "1.2.3")
        .open()
        .await
        .unwrap();
    assert_eq!(
        session.protocol_version().await.as_deref(),
        Some("2026-07-28")
    );
    let arguments = json!({"region": "Zürich", "where": {"n": 7}, "rest": 1});
    let headers = [
        ParamHeader {
            path: &["region"],
            header: "Region",
        },
        ParamHeader {
            path: &["where", "n"],
            header: "N",
        },
        ParamHeader {
            path: &["none"],
            header: "None",
        },
    ];
    let call = ToolRequest {
        name: "réserver",
        arguments: Some(&arguments),
        headers: &headers,
    };
    session.call_tool(&call).await.outcome.unwrap();
    let received = server.received();
    let methods: Vec<_> = received.iter().map(|one| one.method()).collect();
    assert_eq!(methods, ["server/discover", "tools/call"]);
    for one in &received {
        let meta = &one.body["params"]["_meta"];
        assert_eq!(
            meta["io.modelcontextprotocol/protocolVersion"],
            "2026-07-28"
        );
        let info = json!({"name": "notes", "version": "1.2.3"});
        assert_eq!(meta["io.modelcontextprotocol/clientInfo"], info);
        assert_eq!(
            meta["io.modelcontextprotocol/clientCapabilities"],
            json!({})
        );
        assert_eq!(one.header("mcp-protocol-version"), Some("2026-07-28"));
        assert_eq!(one.header("mcp-method"), Some(one.method()));
        assert_eq!(one.header("authorization"), Some("Bearer t-canary"));
        assert_eq!(one.header("mcp-session-id"), None);
    }
    let called = &received[1];
    assert_eq!(called.body["params"]["arguments"], arguments);
    assert_eq!(called.header("mcp-name"), Some("=?base64?csOpc2VydmVy?="));
    assert_eq!(
        called.header("mcp-param-region"),
        Some("=?base64?WsO8cmljaA==?=")
    );
    assert_eq!(called.header("mcp-param-n"), Some("7"));
    assert_eq!(called.header("mcp-param-none"), None);
    assert_eq!(received[0].header("mcp-name"), None);
}

#[tokio::test]
async fn headers_that_changed_since_are_looked_up_once() {
    let server = modern(|received| match received.method() {
        "tools/list" => ok(&result_of(&received.body, &json!({"tools": [
            {"name": "other"},
            {"name": "t", "inputSchema": {"properties": {"a": {"type": "string", "x-mcp-header": "New"}}}},
        ]}))),
        _ if received.header("mcp-param-new") == Some("v") => {
            ok(&result_of(&received.body, &json!({"content": []})))
        }
        _ => {
            let body = error_of(&received.body, -32020, "missing Mcp-Param-New");
            response("400 Bad Request", "Content-Type: application/json\r\n", &body)
        }
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let arguments = json!({"a": "v"});
    let call = ToolRequest {
        arguments: Some(&arguments),
        ..CALL
    };
    session.call_tool(&call).await.outcome.unwrap();
    assert_eq!(server.count("tools/call"), 2);
    let arguments = json!({"a": "w"});
    let call = ToolRequest {
        arguments: Some(&arguments),
        ..CALL
    };
    let outcome = session.call_tool(&call).await.outcome;
    assert!(matches!(outcome, Err(RequestError::Rpc(_))), "{outcome:?}");
    assert_eq!(server.count("tools/call"), 4);
}

#[tokio::test]
async fn a_legacy_server_gets_a_session_and_no_headers_of_the_other_era() {
    let server = HttpServer::start(|received| match received.method() {
        "server/discover" => response("400 Bad Request", "", "Bad Request: no session"),
        "initialize" => {
            let result =
                json!({"protocolVersion": "2025-03-26", "capabilities": {}, "serverInfo": {}});
            let body = result_of(&received.body, &result);
            response(
                "200 OK",
                "Content-Type: application/json\r\nMcp-Session-Id: s1\r\n",
                &body,
            )
        }
        "tools/call" => ok(&result_of(&received.body, &json!({}))),
        _ => response("202 Accepted", "", ""),
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    session.close().await;
    let received = server.received();
    let methods: Vec<_> = received.iter().skip(1).map(|one| one.method()).collect();
    assert_eq!(
        methods,
        ["initialize", "notifications/initialized", "tools/call", ""]
    );
    for one in received.iter().skip(2) {
        assert_eq!(one.header("mcp-session-id"), Some("s1"), "{one:?}");
        assert_eq!(one.header("mcp-protocol-version"), Some("2025-03-26"));
        assert_eq!(one.header("mcp-method"), None);
        assert_eq!(one.header("mcp-name"), None);
        assert!(one.body["params"]["_meta"].is_null());
    }
    assert_eq!(received[4].target, "DELETE /mcp");
}

/// A response to the first request, with `ID` for its identifier, and the version that is spoken then;
/// without one, the text of the error.
const FIRST: &[(&str, Result<&str, &str>)] = &[
    (
        r#"{"id":ID,"result":{"supportedVersions":["2027-01-01","2026-07-28"]}}"#,
        Ok("2026-07-28"),
    ),
    (
        r#"{"id":ID,"result":{"supportedVersions":["2025-06-18","2025-03-26"]}}"#,
        Ok("2025-06-18"),
    ),
    (
        r#"{"id":ID,"result":{"supportedVersions":["2031-01-01"]}}"#,
        Err("2031-01-01"),
    ),
    (
        r#"{"id":ID,"error":{"code":-32022,"message":"x","data":{"supported":["2031-01-01"]}}}"#,
        Err("2031-01-01"),
    ),
    (
        r#"{"id":ID,"error":{"code":-32022,"message":"x","data":{"supported":["2025-03-26"]}}}"#,
        Ok("2025-03-26"),
    ),
    (
        r#"{"id":ID,"error":{"code":-32601,"message":"no such method"}}"#,
        Ok("2025-11-25"),
    ),
    (
        r#"{"id":ID,"error":{"code":-32000,"message":"not initialized"}}"#,
        Ok("2025-11-25"),
    ),
    (r#"{"id":ID,"error":"no"}"#, Ok("2025-11-25")),
    (r#"{"id":ID,"result":{}}"#, Ok("2025-11-25")),
    ("<html>", Ok("2025-11-25")),
];

#[tokio::test]
async fn the_first_response_decides_the_era() {
    for (first, right) in FIRST {
        let server = legacy(|_| String::new()).await;
        let url = server.url.clone();
        drop(server);
        let server = HttpServer::start(move |received| match received.method() {
            "server/discover" => ok(&first.replace("ID", &received.body["id"].to_string())),
            _ => match crate::server::initialized(&received.body) {
                Some(body) if body.is_empty() => response("202 Accepted", "", ""),
                body => ok(&body.unwrap_or_default()),
            },
        })
        .await;
        assert_ne!(url, server.url);
        match (Session::open(Endpoint::http(&server.url)).await, right) {
            (Ok(session), Ok(version)) => {
                assert_eq!(
                    session.protocol_version().await.as_deref(),
                    Some(*version),
                    "{first}"
                );
            }
            (Err(OpenError::Handshake(problem)), Err(part)) => {
                assert!(problem.contains(part), "{first}: {problem}");
            }
            (opened, _) => panic!("{first}: {opened:?}"),
        }
    }
}

#[tokio::test]
async fn a_server_that_names_its_version_in_the_error_of_initialize_is_modern() {
    let (read, write) = {
        let (here, there) = tokio::io::duplex(1 << 16);
        let (lines, mut answers) = tokio::io::split(there);
        tokio::spawn(async move {
            use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
            let mut lines = tokio::io::BufReader::new(lines).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let message: Value = serde_json::from_str(&line).unwrap();
                let answer = match message["method"].as_str().unwrap() {
                    "initialize" => json!({"id": message["id"], "error": {
                        "code": -32022, "message": "Unsupported protocol version",
                        "data": {"supported": ["2026-07-28"], "requested": "2025-11-25"},
                    }})
                    .to_string(),
                    "server/discover" => error_of(&message, -32603, "broken"),
                    _ => result_of(&message, &message["params"]["_meta"]),
                };
                answers
                    .write_all(format!("{answer}\n").as_bytes())
                    .await
                    .unwrap();
            }
        });
        tokio::io::split(here)
    };
    let session = SessionBuilder::over(read, write).open().await.unwrap();
    let meta = session.call_tool(&CALL).await.outcome.unwrap();
    assert!(
        meta.contains("io.modelcontextprotocol/clientCapabilities"),
        "{meta}"
    );
}

/// A modern server that asks for input until a call answers `ok`. Returns the number of its calls.
async fn asking(requests: Value) -> (HttpServer, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = modern(move |received| {
        let round = counted.fetch_add(1, Ordering::Relaxed);
        let params = &received.body["params"];
        let is_answered = params["inputResponses"]["who"]["content"]["name"] == "ok"
            && params["requestState"] == format!("state-{}", round - 1).as_str();
        let result = if is_answered {
            json!({"resultType": "complete", "content": []})
        } else {
            let state = format!("state-{round}");
            json!({"resultType": "input_required", "inputRequests": requests, "requestState": state})
        };
        ok(&result_of(&received.body, &result))
    })
    .await;
    (server, calls)
}

fn question() -> Value {
    json!({"who": {"method": "elicitation/create", "params": {
        "mode": "form", "message": "Who are you?", "requestedSchema": {"type": "object"},
    }}})
}

#[tokio::test]
async fn input_that_nobody_can_give_is_an_error_at_once() {
    for requests in [
        question(),
        json!({"m": {"method": "sampling/createMessage", "params": {}}}),
        json!({"m": {"method": "roots/list"}}),
        json!({"m": {"method": "other/thing"}}),
    ] {
        let (server, calls) = asking(requests.clone()).await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        match session.call_tool(&CALL).await.outcome {
            Err(RequestError::InputRequired(required)) => assert_eq!(required.requests.len(), 1),
            other => panic!("{requests}: {other:?}"),
        }
        assert_eq!(calls.load(Ordering::Relaxed), 1, "{requests}");
    }
}

#[tokio::test]
async fn errors_that_require_input_are_of_the_same_type() {
    for (code, data, count) in [
        (
            -32021,
            json!({"requiredCapabilities": {"elicitation": {}}}),
            0,
        ),
        (
            -32042,
            json!({"elicitations": [{"mode": "url", "url": "https://a.test", "message": "Log in"}]}),
            1,
        ),
    ] {
        let server = legacy(move |received| {
            let error = json!({"code": code, "message": "it asks", "data": data});
            ok(&json!({"jsonrpc": "2.0", "id": received.body["id"], "error": error}).to_string())
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        match session.call_tool(&CALL).await.outcome {
            Err(RequestError::InputRequired(required)) => {
                assert_eq!(required.requests.len(), count);
                assert!(required.to_string().contains("it asks"), "{required}");
            }
            other => panic!("{code}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn input_is_answered_with_the_state_of_the_server() {
    let (server, calls) = asking(question()).await;
    let session = Session::builder(Endpoint::http(&server.url))
        .on_elicitation(|question| async move {
            assert_eq!(question.message, "Who are you?");
            ElicitationAnswer::Accept(json!({"name": "ok"}))
        })
        .open()
        .await
        .unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    let received = server.received();
    let [first, second] = &received[1..] else {
        panic!("{received:?}")
    };
    assert_ne!(first.body["id"], second.body["id"]);
    let capabilities = &first.body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"];
    assert_eq!(
        capabilities,
        &json!({"elicitation": {"form": {}, "url": {}}})
    );
}

#[tokio::test]
async fn questions_without_end_are_bounded() {
    let (server, calls) = asking(question()).await;
    let session = Session::builder(Endpoint::http(&server.url))
        .on_elicitation(|_| async { ElicitationAnswer::Decline })
        .open()
        .await
        .unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(
        matches!(outcome, Err(RequestError::InputRequired(_))),
        "{outcome:?}"
    );
    assert_eq!(calls.load(Ordering::Relaxed), 11);
    let server = modern(|received| {
        let result = json!({"resultType": "input_required", "requestState": "later"});
        ok(&result_of(&received.body, &result))
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(
        matches!(outcome, Err(RequestError::InputRequired(_))),
        "{outcome:?}"
    );
    assert_eq!(server.count("tools/call"), 5);
}

#[tokio::test]
async fn results_of_an_unknown_type_are_errors() {
    for result in [
        json!({"resultType": "task", "taskId": "1"}),
        json!({"resultType": "input_required"}),
    ] {
        let server = modern(move |received| ok(&result_of(&received.body, &result))).await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        let outcome = session.call_tool(&CALL).await.outcome;
        assert!(
            matches!(outcome, Err(RequestError::Unreadable(_))),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn questions_of_the_older_era_are_answered_in_the_stream_of_the_call() {
    let server = legacy(|received| match received.method() {
        "tools/call" => {
            let requests = [
                ("q1", "elicitation/create"),
                ("q2", "ping"),
                ("q3", "sampling/createMessage"),
            ];
            let requests = requests.map(|(id, method)| {
                let params = json!({"message": "Who?", "requestedSchema": {}});
                let request =
                    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
                format!("data: {request}\n\n")
            });
            let result = result_of(&received.body, &json!({"content": []}));
            stream(&format!("{}data: {result}\n\n", requests.concat()))
        }
        _ => response("202 Accepted", "", ""),
    })
    .await;
    let session = Session::builder(Endpoint::http(&server.url))
        .on_elicitation(|_| async { ElicitationAnswer::Decline })
        .open()
        .await
        .unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    let received = server.received();
    let answer = |id: &str| {
        let mut bodies = received.iter().map(|one| &one.body);
        bodies
            .find(|body| body["id"] == id)
            .cloned()
            .unwrap_or_else(|| panic!("no answer to {id}"))
    };
    assert_eq!(answer("q1")["result"], json!({"action": "decline"}));
    assert_eq!(answer("q2")["result"], json!({}));
    assert_eq!(answer("q3")["error"]["code"], -32601);
}

#[tokio::test]
async fn questions_of_the_older_era_are_answered_over_streams() {
    let calls = AtomicUsize::new(0);
    let (read, write) = over_streams(move |message| {
        if message["id"] == "q1" {
            // The answer to the question is the result of the call.
            let id = calls.load(Ordering::Relaxed);
            return json!({"jsonrpc": "2.0", "id": id, "result": message["result"]}).to_string();
        }
        let id = message["id"].as_u64().unwrap();
        calls.store(usize::try_from(id).unwrap(), Ordering::Relaxed);
        json!({"jsonrpc": "2.0", "id": "q1", "method": "roots/list"}).to_string()
    });
    let session = SessionBuilder::over(read, write)
        .root("file:///a", "a")
        .open()
        .await
        .unwrap();
    let result = session.call_tool(&CALL).await.outcome.unwrap();
    assert_eq!(result, r#"{"roots":[{"name":"a","uri":"file:///a"}]}"#);
    assert_eq!(format!("{}", InputRequest::Roots), "the list of folders");
}
