//! Servers of one era alone.

use serde_json::{Value, json};
use toolsmith_mcp::session::ParamHeader;
use toolsmith_mcp::{Endpoint, OpenError, RequestError, Session, SessionBuilder, ToolRequest};

use crate::server::{HttpServer, Received, error_of, legacy, modern, ok, response, result_of};

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
    let headers: [(&'static [&'static str], _); 3] = [
        (&["region"], "Region"),
        (&["where", "n"], "N"),
        (&["none"], "None"),
    ];
    let headers = headers.map(|(path, header)| ParamHeader { path, header });
    let call = ToolRequest {
        name: "réserver",
        arguments: Some(&arguments),
        headers: &headers,
    };
    session.call_tool(&call).await.outcome.unwrap();
    let received = server.received();
    let methods: Vec<_> = received.iter().map(Received::method).collect();
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
async fn codes_of_the_newer_era_have_no_meaning_in_the_older_one() {
    for code in [-32020, -32021, -32022] {
        let server = legacy(move |received| match received.method() {
            "tools/list" => panic!("headers are not looked up"),
            _ => ok(&error_of(&received.body, code, "odd")),
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
        let outcome = session.call_tool(&CALL).await.outcome;
        let is_unchanged =
            matches!(&outcome, Err(RequestError::Rpc(error)) if error.code == Some(code));
        assert!(is_unchanged, "{outcome:?}");
        assert_eq!(server.count("tools/call"), 1, "{code}");
    }
    // The pages of 2025-11-25 have no meaning in the newer era.
    let server = modern(|received| ok(&error_of(&received.body, -32042, "odd"))).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let outcome = session.call_tool(&CALL).await.outcome;
    assert!(matches!(outcome, Err(RequestError::Rpc(_))), "{outcome:?}");
    // Nor does a member of a result that the newer era defines.
    let result = json!({"resultType": "input_required", "requestState": "s"});
    let server = legacy(move |received| ok(&result_of(&received.body, &result))).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    assert_eq!(server.count("tools/call"), 1);
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
    let methods: Vec<_> = received.iter().skip(1).map(Received::method).collect();
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

#[tokio::test]
async fn the_instructions_of_a_server_are_those_of_its_first_response() {
    for (era, instructions, expected) in [
        ("modern", json!("Read \"notes\"."), Some("Read \"notes\".")),
        ("legacy", json!("Read \"notes\"."), Some("Read \"notes\".")),
        // A server that repeats the token does not put it into a snapshot.
        (
            "legacy",
            json!("Send t-canary-4711."),
            Some("Send [secret]."),
        ),
        ("modern", json!(""), None),
        ("legacy", json!(7), None),
        ("legacy", Value::Null, None),
    ] {
        let server = HttpServer::start(move |received| {
            let mut result = match (received.method(), era) {
                ("server/discover", "modern") => json!({"supportedVersions": ["2026-07-28"]}),
                ("initialize", "legacy") => json!({"protocolVersion": "2025-11-25"}),
                ("server/discover", _) => return ok(&error_of(&received.body, -32601, "no")),
                _ => return response("202 Accepted", "", ""),
            };
            result["instructions"] = instructions.clone();
            ok(&result_of(&received.body, &result))
        })
        .await;
        let endpoint = Endpoint::http(&server.url).token("t-canary-4711");
        let session = Session::open(endpoint).await.unwrap();
        assert_eq!(session.instructions().await.as_deref(), expected, "{era}");
    }
}
