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

#[tokio::test]
async fn a_request_that_no_session_can_serve_gets_an_error_of_the_protocol() {
    let address = start(Server::new(toolbox(&project()).0).http()).await;
    let mut session = Connection::open(&address).await;
    session.initialize(json!({})).await;
    let mut ended = Connection::open(&address).await;
    ended.initialize(json!({})).await;
    assert_eq!(ended.request("DELETE", &[], b"").await.head.status, 202);
    let other = Connection::open(&address).await;
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}).to_string();
    let version = |version| vec![("Mcp-Protocol-Version", version)];
    let stream = vec![("Accept", "text/event-stream")];
    let none = Vec::new;
    let mut connections = [session, ended, other];
    let cases = [
        (0, "POST", version("2099-01-01"), 400, "2099-01-01"),
        (0, "POST", version("latest"), 400, "latest"),
        (0, "DELETE", version("1999-01-01"), 400, "1999-01-01"),
        (0, "PUT", none(), 405, "Allowed"),
        (
            0,
            "POST",
            vec![("Accept", "text/html")],
            406,
            "text/event-stream",
        ),
        (1, "POST", none(), 404, "not found"),
        (1, "GET", stream.clone(), 404, "not found"),
        (2, "POST", none(), 400, "Session"),
        (2, "GET", stream, 400, "Session"),
        (2, "DELETE", none(), 400, "Session"),
    ];
    for (at, method, headers, status, reason) in cases {
        let body = if method == "POST" {
            ping.as_bytes()
        } else {
            b""
        };
        let reply = connections[at].request(method, &headers, body).await;
        assert_eq!(reply.head.status, status, "{method} {headers:?}: {reply:?}");
        let message = reply.message();
        assert_eq!(message["id"], Json::Null, "a session is opened again");
        assert_eq!(message["error"]["code"], -32600, "{message}");
        let text = message["error"]["message"].as_str().unwrap();
        assert!(text.contains(reason), "{reason}: {text}");
        let allowed = reply.head.header("allow");
        assert_eq!(allowed.is_some(), status == 405, "{allowed:?}");
    }
    // A session that ended can be ended again, and the others go on.
    let [mut session, mut ended, _] = connections;
    assert_eq!(ended.request("DELETE", &[], b"").await.head.status, 202);
    assert_eq!(session.ask(2, "ping", &json!({})).await.head.status, 200);
}

#[tokio::test]
async fn a_version_that_is_not_known_is_refused_with_those_that_are() {
    let address = start(Server::new(toolbox(&project()).0).http()).await;
    let mut connection = Connection::open(&address).await;
    for (header, version, code) in [
        ("2099-01-01", "2099-01-01", -32022),
        ("2023-01-01", "2023-01-01", -32022),
        ("2025-06-18", "2026-07-28", -32020),
        ("2026-07-28", "2099-01-01", -32020),
    ] {
        let mut meta = super::meta("test", &json!({}));
        meta["io.modelcontextprotocol/protocolVersion"] = version.into();
        let params = json!({"_meta": meta});
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params});
        let headers = [
            ("Mcp-Protocol-Version", header),
            ("Mcp-Method", "tools/list"),
        ];
        let body = request.to_string();
        let reply = connection.request("POST", &headers, body.as_bytes()).await;
        let message = reply.message();
        assert_eq!(reply.head.status, 400, "{header} {version}: {message}");
        assert_eq!(message["id"], 1, "{message}");
        assert_eq!(message["error"]["code"], code, "{header}: {message}");
        if code == -32022 {
            let supported = &message["error"]["data"]["supported"];
            let supported: Vec<&str> = supported
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Json::as_str)
                .collect();
            assert!(supported.contains(&"2026-07-28") && supported.contains(&"2025-11-25"));
        }
    }
}
