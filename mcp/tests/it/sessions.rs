//! The end of sessions of the older era over HTTP.

use std::time::{Duration, Instant};

use serde_json::json;
use toolsmith_mcp::{Endpoint, Session, ToolRequest};

use crate::server::{HttpServer, Received, initialized, modern, ok, response, result_of};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

/// Starts a server of the older era that names the session `s-1`. `call` responds to calls, and `end` is the response to
/// `DELETE`.
async fn start(call: fn(&Received) -> String, end: &'static str) -> HttpServer {
    HttpServer::start(move |received| {
        if received.target.starts_with("DELETE") {
            return end.to_owned();
        }
        match initialized(&received.body) {
            Some(body) if body.is_empty() => response("202 Accepted", "", ""),
            Some(body) if received.method() == "initialize" => {
                let headers = "Content-Type: application/json\r\nMcp-Session-Id: s-1\r\n";
                response("200 OK", headers, &body)
            }
            Some(body) => ok(&body),
            None => call(received),
        }
    })
    .await
}

fn done(received: &Received) -> String {
    ok(&result_of(&received.body, &json!({"content": []})))
}

/// Returns the requests that end a session.
fn ends(server: &HttpServer) -> Vec<Received> {
    let received = server.received().into_iter();
    let ends = received.filter(|one| one.target.starts_with("DELETE"));
    ends.collect()
}

/// Waits until a session was ended, or for a moment.
async fn wait_for_end(server: &HttpServer) {
    for _ in 0..50 {
        if !ends(server).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

const ENDED: &str = "HTTP/1.1 204 No Content\r\n\r\n";
const NOT_ALLOWED: &str = "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";
const UNAUTHORIZED: &str = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn a_session_is_ended_once_when_it_is_closed_or_dropped() {
    for end in [ENDED, NOT_ALLOWED, UNAUTHORIZED] {
        for is_closed in [true, false] {
            let server = start(done, end).await;
            let endpoint = Endpoint::http(&server.url).token("secret");
            let session = Session::open(endpoint).await.unwrap();
            session.call_tool(&CALL).await.outcome.unwrap();
            let clone = session.clone();
            drop(session);
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert_eq!(ends(&server).len(), 0, "a clone uses it");
            if is_closed {
                clone.close().await;
                assert_eq!(ends(&server).len(), 1, "{end}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            } else {
                drop(clone);
                wait_for_end(&server).await;
            }
            let ends = ends(&server);
            assert_eq!(ends.len(), 1, "{end}");
            let expected = [
                ("mcp-session-id", "s-1"),
                ("mcp-protocol-version", "2025-11-25"),
                ("authorization", "Bearer secret"),
            ];
            for (name, value) in expected {
                assert_eq!(ends[0].header(name), Some(value), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_respond_delays_the_end_briefly() {
    let silent = "HTTP/1.1 200 OK\r\n";
    let server = start(done, silent).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    let began = Instant::now();
    session.close().await;
    assert!(began.elapsed() < Duration::from_secs(4));
    assert_eq!(ends(&server).len(), 1);
}

#[tokio::test]
async fn only_sessions_that_exist_are_ended() {
    let lost = |_: &Received| response("404 Not Found", "", "");
    let server = start(lost, ENDED).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap_err();
    drop(session);
    wait_for_end(&server).await;
    assert_eq!(ends(&server).len(), 0, "the server has ended them");

    let server = modern(done).await;
    let session = Session::open(Endpoint::http(&server.url)).await.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    session.close().await;
    assert_eq!(ends(&server).len(), 0, "2026-07-28 has no sessions");
}
