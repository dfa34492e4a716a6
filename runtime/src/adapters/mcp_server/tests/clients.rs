//! The state of each client is its own.

use std::time::Duration;

use serde_json::json;

use super::stdio::Peer;
use super::wire::{Connection, start};
use super::{Server, project};
use crate::adapters::mcp_server::Principal;
use crate::adapters::tests::{toolbox, toolbox_over, valid_call};
use crate::agent::Policy;
use crate::codec::Json;
use crate::tools::ToolFilter;
use crate::transport::{MemoryTransport, MockResponse};

/// Returns a server whose clients may make one call.
fn once() -> Server {
    Server::new(toolbox(&project()).0.policy(Policy::new().max_calls(1)))
}

fn call() -> Json {
    let (name, arguments) = valid_call();
    json!({"name": name, "arguments": arguments})
}

fn outcome(response: &Json) -> &str {
    let result = &response["result"];
    assert!(result.is_object(), "{response}");
    match result["isError"].as_bool() {
        Some(false) => "made",
        _ => result["structuredContent"]["outcome"].as_str().unwrap(),
    }
}

#[tokio::test]
async fn each_connection_has_its_own_calls() {
    let server = once();
    for _ in 0..2 {
        let mut older = Peer::connect(server.clone()).await;
        let mut modern = Peer::modern(server.clone(), &json!({}));
        for peer in [&mut older, &mut modern] {
            assert_eq!(outcome(&peer.ask(1, "tools/call", call()).await), "made");
            assert_eq!(outcome(&peer.ask(2, "tools/call", call()).await), "denied");
        }
    }
}

#[tokio::test]
async fn each_session_has_its_own_calls() {
    let address = start(once().http()).await;
    for _ in 0..2 {
        let mut session = Connection::open(&address).await;
        session.initialize(json!({})).await;
        assert_eq!(
            outcome(&session.ask(1, "tools/call", &call()).await.message()),
            "made"
        );
        // The session is the client, on whichever connection.
        let mut other = Connection::open(&address).await;
        other.headers.clone_from(&session.headers);
        assert_eq!(
            outcome(&other.ask(2, "tools/call", &call()).await.message()),
            "denied"
        );
    }
}

#[tokio::test]
async fn each_client_without_sessions_has_its_own_calls() {
    let address = start(once().http()).await;
    let keyed = |key: &str| {
        let mut call = call();
        call["_meta"] = json!({"toolsmith/client": key});
        call
    };
    let clients = [
        (None, call()),
        (Some("Bearer a"), call()),
        (Some("Bearer b"), call()),
        (Some("Bearer b"), keyed("1")),
        (Some("Bearer b"), keyed("2")),
        (None, keyed("1")),
    ];
    for (authorization, call) in clients {
        let mut connection = Connection::open(&address).await;
        if let Some(authorization) = authorization {
            connection = connection.with("Authorization", authorization);
        }
        let made = connection
            .ask_modern(1, "tools/call", &call)
            .await
            .message();
        assert_eq!(outcome(&made), "made", "{authorization:?} {call}");
        let mut again = connection;
        if authorization.is_some() {
            // Credentials are the client, on whichever connection.
            let headers = again.headers.clone();
            again = Connection::open(&address).await;
            again.headers = headers;
        }
        let denied = again.ask_modern(2, "tools/call", &call).await.message();
        assert_eq!(outcome(&denied), "denied", "{authorization:?} {call}");
    }
    // Another connection without credentials is another client.
    let mut other = Connection::open(&address).await;
    assert_eq!(
        outcome(&other.ask_modern(1, "tools/call", &call()).await.message()),
        "made"
    );
}

/// Returns a server whose projects are listed, and a call with the identifier of one for an account.
fn shop() -> (Server, Json, Json) {
    let transport =
        MemoryTransport::respond_with(|_| MockResponse::json(200, &json!({"result": [project()]})));
    let list = json!({"name": "list_all_shop_projects", "arguments": {"accountId": "acc_1"}});
    let wrong = json!({"name": "list_all_shop_projects", "arguments": {"accountId": "prj_1"}});
    (Server::new(toolbox_over(&transport)), list, wrong)
}

#[tokio::test]
async fn a_client_is_never_told_what_another_has_listed() {
    let (server, list, wrong) = shop();
    let address = start(server.http()).await;
    let told = |response: &Json| {
        let text = response["result"]["content"][0]["text"].to_string();
        text.contains("ProjectId") || text.contains("a project")
    };
    // In its own session, a client is told.
    let mut one = Connection::open(&address).await;
    one.initialize(json!({})).await;
    one.ask(1, "tools/call", &list).await;
    let own = one.ask(2, "tools/call", &wrong).await.message();
    let is_checked = told(&own);
    let mut two = Connection::open(&address).await;
    two.initialize(json!({})).await;
    assert_eq!(
        outcome(&two.ask(2, "tools/call", &wrong).await.message()),
        "made"
    );
    let mut modern = Connection::open(&address).await;
    modern.ask_modern(1, "tools/call", &list).await;
    let own = modern.ask_modern(2, "tools/call", &wrong).await.message();
    assert_eq!(told(&own), is_checked);
    let mut other = Connection::open(&address).await;
    assert_eq!(
        outcome(&other.ask_modern(2, "tools/call", &wrong).await.message()),
        "made"
    );
    assert!(is_checked, "the test has to see what it looks for: {own}");
}

#[tokio::test]
async fn clients_that_cannot_be_told_apart_share_a_count_and_no_identifiers() {
    let policy = Policy::new().max_calls(2);
    let (_, list, wrong) = shop();
    let transport =
        MemoryTransport::respond_with(|_| MockResponse::json(200, &json!({"result": [project()]})));
    let server = Server::new(toolbox_over(&transport).policy(policy)).http();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    // The program's own server says nothing about connections.
    let router = server.into_router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut connection = Connection::open(&address).await;
    assert_eq!(
        outcome(
            &connection
                .ask_modern(1, "tools/call", &list)
                .await
                .message()
        ),
        "made"
    );
    let mut other = Connection::open(&address).await;
    assert_eq!(
        outcome(&other.ask_modern(2, "tools/call", &wrong).await.message()),
        "made"
    );
    assert_eq!(
        outcome(&other.ask_modern(3, "tools/call", &list).await.message()),
        "denied"
    );
}

#[tokio::test]
async fn a_principal_of_the_program_is_the_client() {
    use axum::extract::Request;
    use axum::middleware::{Next, from_fn};

    let policy = Policy::new()
        .require_approval(ToolFilter::all())
        .max_calls(1);
    let (toolbox, transport) = toolbox(&project());
    let server = Server::new(toolbox.policy(policy)).approval_timeout(Duration::from_secs(60));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let name = |mut request: Request, next: Next| async move {
        let name = request
            .headers()
            .get("x-user")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        request.extensions_mut().insert(Principal::new(name));
        next.run(request).await
    };
    let router = server.http().into_router().layer(from_fn(name));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut ann = Connection::open(&address).await.with("x-user", "ann");
    let mut bob = Connection::open(&address).await.with("x-user", "bob");
    let asked = ann.ask_modern(1, "tools/call", &call()).await.message();
    let state = &asked["result"]["requestState"];
    let mut approved = call();
    approved["requestState"] = state.clone();
    approved["inputResponses"] = json!({"approval": {"action": "accept"}});
    let refused = bob.ask_modern(2, "tools/call", &approved).await.message();
    assert_eq!(
        refused["error"]["data"]["reason"], "other_client",
        "{refused}"
    );
    assert!(transport.requests().is_empty());
    let made = ann.ask_modern(2, "tools/call", &approved).await.message();
    assert_eq!(outcome(&made), "made");
}
