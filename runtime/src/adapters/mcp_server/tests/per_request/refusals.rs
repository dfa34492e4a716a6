//! Requests that the program refuses.

use axum::Json as JsonBody;
use axum::http::header;
use axum::response::IntoResponse as _;

use super::*;

/// Returns a service that refuses the customers whose name says so, in every form of an error.
fn service(client: Client) -> McpService {
    let server = Server::per_request(move |parts: Parts| {
        let name = customer(&parts);
        let toolbox = client.for_account(&name).toolbox();
        async move {
            match name.as_str() {
                "status" => Err(StatusCode::FORBIDDEN.into_response()),
                "text" => Err((StatusCode::PAYMENT_REQUIRED, "the plan has ended").into_response()),
                "json" => {
                    let body = JsonBody(json!({"error": "suspended"}));
                    let wait = [(header::RETRY_AFTER, "30")];
                    Err((StatusCode::TOO_MANY_REQUESTS, wait, body).into_response())
                }
                "challenge" => {
                    let challenge = [(
                        header::WWW_AUTHENTICATE,
                        "Bearer resource_metadata=\"https://a.example\"",
                    )];
                    Err((StatusCode::UNAUTHORIZED, challenge).into_response())
                }
                _ => Ok(toolbox),
            }
        }
    });
    server.into_service()
}

#[tokio::test]
async fn the_error_of_the_program_is_the_response() {
    let transport = transport();
    let address = serve(service(client(&transport))).await;
    for (name, status, header, body) in [
        ("status", 403, None, ""),
        ("text", 402, None, "the plan has ended"),
        (
            "json",
            429,
            Some(("retry-after", "30")),
            r#"{"error":"suspended"}"#,
        ),
        (
            "challenge",
            401,
            Some((
                "www-authenticate",
                "Bearer resource_metadata=\"https://a.example\"",
            )),
            "",
        ),
    ] {
        let mut connection = Connection::open(&address).await.with("x-customer", name);
        let call = json!({"name": "get_single_shop_project_by_id", "arguments": {"id": "prj_1"}});
        let replies = [
            connection.initialize(json!({})).await,
            connection.ask_modern(1, "tools/call", &call).await,
            connection.ask_modern(2, "tools/list", &json!({})).await,
            connection
                .request("GET", &[("Accept", "text/event-stream")], b"")
                .await,
            connection.request("DELETE", &[], b"").await,
            // The refusal comes before the body is judged.
            connection
                .request("POST", &[("Content-Type", "text/plain")], b"not JSON")
                .await,
        ];
        for reply in replies {
            assert_eq!(reply.head.status, status, "{name}: {reply:?}");
            assert_eq!(reply.body, body, "{name}");
            if let Some((header, value)) = header {
                assert_eq!(reply.head.header(header), Some(value), "{name}");
            }
        }
    }
    assert!(transport.requests().is_empty());
    let mut without_credentials = Connection::open(&address).await;
    assert_eq!(
        without_credentials.initialize(json!({})).await.head.status,
        401
    );
}

#[tokio::test]
async fn a_customer_that_is_suspended_loses_its_session() {
    let suspended = Arc::new(Mutex::new(false));
    let is_suspended = Arc::clone(&suspended);
    let client = client(&transport());
    let service = Server::per_request(move |parts: Parts| {
        if *is_suspended.lock().unwrap() {
            return Err(StatusCode::FORBIDDEN);
        }
        Ok(client.for_account(customer(&parts)).toolbox())
    });
    let address = serve(service.into_service()).await;
    let mut peers = Vec::new();
    for era in ERAS {
        peers.push(Peer::open(&address, "ann", era).await);
    }
    for is_out in [false, true, false] {
        *suspended.lock().unwrap() = is_out;
        for peer in &mut peers {
            let status = peer.ask("tools/list", &json!({})).await.head.status;
            assert_eq!(status, if is_out { 403 } else { 200 });
        }
    }
}

#[tokio::test]
async fn a_large_body_of_a_refused_request_is_read() {
    // A client that is still sending when the connection closes does not see the response.
    let address = serve(service(client(&transport()))).await;
    let mut connection = Connection::open(&address)
        .await
        .with("x-customer", "status");
    let reply = connection.request("POST", &[], &vec![b' '; 2 << 20]).await;
    assert_eq!(reply.head.status, 403);
    assert_eq!(connection.initialize(json!({})).await.head.status, 403);
}
