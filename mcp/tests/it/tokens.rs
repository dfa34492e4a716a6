//! Tokens over HTTP: renewal, secrecy, and people who take long.

use std::sync::{Arc, Mutex};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use toolsmith_mcp::authorization::{RefusedToken, TokenFuture, TokenSource};
use toolsmith_mcp::{Endpoint, Session, ToolRequest};

use crate::server::{HttpServer, discovered, modern, ok, response, result_of};

const CALL: ToolRequest<'_> = ToolRequest {
    name: "t",
    arguments: None,
    headers: &[],
};

/// Renews the token when the server refuses it.
struct Renewing(Mutex<u32>);

impl TokenSource for Renewing {
    fn token<'a>(&'a self, refused: Option<&'a RefusedToken>) -> TokenFuture<'a> {
        let mut number = self.0.lock().unwrap();
        if let Some(refused) = refused {
            let token = refused.token.as_ref().unwrap().expose_secret();
            assert_eq!(token, format!("token-{number}"));
            assert_eq!(refused.challenge.scope.as_deref(), Some("all"));
            *number += 1;
        }
        let token = SecretString::from(format!("token-{number}"));
        Box::pin(async move { Ok(Some(token)) })
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let server = modern(|received| {
        if received.header("authorization") == Some("Bearer token-1") {
            return ok(&result_of(&received.body, &json!({})));
        }
        let headers = "WWW-Authenticate: Bearer error=\"invalid_token\", scope=\"all\"\r\n";
        response("401 Unauthorized", headers, "")
    })
    .await;
    let endpoint = || Endpoint::http(&server.url).token_source(Arc::new(Renewing(Mutex::new(0))));
    let session = Session::open(endpoint()).await.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    session.call_tool(&CALL).await.outcome.unwrap();
    assert_eq!(server.count("tools/call"), 3);
    let secrets = session.secrets();
    let known = |token: &str| secrets.iter().any(|secret| secret.expose_secret() == token);
    assert!(known("token-0") && known("token-1"));
}

#[tokio::test]
async fn no_part_of_an_error_contains_the_token() {
    const CANARY: &str = "s3cr3t-canary";
    let challenge = format!(
        "WWW-Authenticate: Bearer error=\"invalid_token\", scope=\"{CANARY}\", error_description=\"no {CANARY}\", resource_metadata=\"https://a.test/{CANARY}\"\r\nX-Echo: {CANARY}\r\n"
    );
    let error = json!({"jsonrpc": "2.0", "id": "ID", "error": {"code": 1, "message": CANARY, "data": {CANARY: [CANARY]}}});
    let asked = json!({"jsonrpc": "2.0", "id": "ID", "result": {"resultType": "input_required", "requestState": CANARY, "inputRequests": {
        CANARY: {"method": "elicitation/create", "params": {"message": CANARY, "requestedSchema": {"title": CANARY}}},
        "b": {"method": CANARY, "params": CANARY},
        "c": {"method": "sampling/createMessage", "params": CANARY},
    }}});
    let unreadable = format!("{} {CANARY}", "x".repeat(395));
    for raw in [
        response("401 Unauthorized", &challenge, CANARY),
        response("403 Forbidden", &challenge, CANARY),
        response("500 Internal Server Error", &challenge, CANARY),
        ok(&error.to_string()),
        ok(&asked.to_string()),
        ok(&unreadable),
    ] {
        let server = modern(move |received| {
            raw.replace(
                "\"ID\"",
                &format!("{:4}", received.body["id"].as_u64().unwrap()),
            )
        })
        .await;
        let session = Session::open(Endpoint::http(&server.url).token(CANARY))
            .await
            .unwrap();
        let reply = session.call_tool(&CALL).await;
        let text = format!("{reply:?} {}", reply.outcome.as_ref().unwrap_err());
        assert!(!text.contains("s3c"), "{text}");
    }
    let server = HttpServer::start(move |_| response("401 Unauthorized", &challenge, "")).await;
    let error = Session::open(Endpoint::http(&server.url).token(CANARY))
        .await
        .unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(
        !text.contains("canary") && text.contains("[secret]"),
        "{text}"
    );
}

/// A person who takes longer than a server may be silent.
struct SlowPerson;

impl TokenSource for SlowPerson {
    fn token<'a>(&'a self, refused: Option<&'a RefusedToken>) -> TokenFuture<'a> {
        let is_asked = refused.is_some();
        Box::pin(async move {
            if is_asked {
                tokio::time::sleep(std::time::Duration::from_millis(5500)).await;
            }
            Ok(is_asked.then(|| SecretString::from("granted")))
        })
    }
}

#[tokio::test]
async fn the_session_waits_for_a_person_who_takes_long_to_authorize() {
    let server = HttpServer::start(|received| match received.header("authorization") {
        Some("Bearer granted") => discovered(&received.body).map(|body| ok(&body)).unwrap(),
        _ => response("401 Unauthorized", "WWW-Authenticate: Bearer\r\n", ""),
    })
    .await;
    let endpoint = Endpoint::http(&server.url).token_source(Arc::new(SlowPerson));
    let session = Session::open(endpoint).await.unwrap();
    assert_eq!(
        session.protocol_version().await.as_deref(),
        Some("2026-07-28")
    );
    assert_eq!(server.count("server/discover"), 2);
    assert_eq!(server.count("initialize"), 0);
}
