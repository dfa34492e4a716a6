//! The spans of requests.

use serde_json::json;
use toolsmith_mcp::{Endpoint, Session};
use toolsmith_testkit::log_capture;

use crate::server::{HttpServer, ok, response, result_of};

/// The beginning of the SHA-256 of the identifier in hexadecimal.
const HASH: &str = "4c0ea54b7fbba3ab";

#[tokio::test]
async fn spans_have_a_hash_of_the_session_and_not_its_identifier() {
    log_capture::start();
    let server = HttpServer::start(|received| match received.method() {
        "server/discover" => response("400 Bad Request", "", "no session"),
        "initialize" => {
            let result = json!({"protocolVersion": "2025-11-25"});
            let headers =
                "Content-Type: application/json\r\nMcp-Session-Id: s3cr3t-session-4711\r\n";
            response("200 OK", headers, &result_of(&received.body, &result))
        }
        "tools/list" => ok(&result_of(&received.body, &json!({"tools": []}))),
        _ => response("202 Accepted", "", ""),
    })
    .await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    session.list_tools(None).await.unwrap();
    let received = server.received();
    let listed = received.iter().find(|one| one.method() == "tools/list");
    let identifier = listed.and_then(|one| one.header("mcp-session-id"));
    assert_eq!(identifier, Some("s3cr3t-session-4711"));
    let log = log_capture::captured();
    assert!(log.contains(HASH), "the session can be followed");
    let ours = log.lines().filter(|line| line.contains("mcp_request"));
    for line in ours {
        assert!(!line.contains("s3cr3t-session"), "{line}");
    }
}
