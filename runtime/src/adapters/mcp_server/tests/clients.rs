//! The state of each client is its own.

use std::time::Duration;

use serde_json::json;

use super::stdio::Peer;
use super::wire::{Connection, start, start_router};
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
        (Some("sk-a"), call()),
        (Some("sk-A"), call()),
        (None, keyed("1")),
    ];
    let mut anonymous = Vec::new();
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
        if authorization.is_none() {
            anonymous.push(again);
        }
    }
    // A name counts only within credentials.
    for mut connection in anonymous {
        let denied = connection.ask_modern(3, "tools/call", &keyed("3")).await;
        assert_eq!(outcome(&denied.message()), "denied");
    }
    // Another connection without credentials is another client.
    let mut other = Connection::open(&address).await;
    assert_eq!(
        outcome(&other.ask_modern(1, "tools/call", &call()).await.message()),
        "made"
    );
}

#[tokio::test]
async fn the_names_within_one_credential_are_bounded() {
    const NAMES: usize = 64;
    let address = start(once().http().max_sessions(NAMES + 2)).await;
    let mut ann = Connection::open(&address)
        .await
        .with("Authorization", "Bearer ann");
    let mut made = 0;
    for name in 0..2 * NAMES {
        let mut call = call();
        call["_meta"] = json!({"toolsmith/client": name});
        let response = ann.ask_modern(name, "tools/call", &call).await.message();
        made += usize::from(outcome(&response) == "made");
    }
    assert_eq!(made, NAMES + 1, "the names, and the client without a name");
    let mut bob = Connection::open(&address)
        .await
        .with("Authorization", "Bearer bob");
    let response = bob.ask_modern(1, "tools/call", &call()).await.message();
    assert_eq!(outcome(&response), "made", "there is a place for others");
}

#[tokio::test]
async fn clients_without_credentials_take_no_places() {
    let address = start(once().http().max_sessions(1)).await;
    for name in 0..3 {
        let mut connection = Connection::open(&address).await;
        let mut call = call();
        call["_meta"] = json!({"toolsmith/client": name});
        let response = connection.ask_modern(1, "tools/call", &call).await;
        assert_eq!(outcome(&response.message()), "made");
    }
    let mut session = Connection::open(&address).await;
    assert_eq!(session.initialize(json!({})).await.head.status, 200);
}

/// Returns a server that lists projects, a call that lists them, and a call with a project where an
/// order belongs, whose error names the kind if it is known.
fn shop(policy: Policy) -> (Server, Json, Json) {
    let transport = MemoryTransport::respond_with(|request| {
        if request.path.contains("cancel") {
            return MockResponse::json(404, &json!({"message": "not found"}));
        }
        let project = |id: usize| json!({"id": format!("prj_{id}"), "name": "A"});
        MockResponse::json(
            200,
            &json!({"result": [project(1), project(2), project(3)]}),
        )
    });
    let list = json!({"name": "list_all_shop_projects", "arguments": {"accountId": "acc_1"}});
    let wrong = json!({"name": "update_a_shop_order_cancel_by_id", "arguments": {"id": "prj_9"}});
    let toolbox = toolbox_over(&transport).policy(policy);
    (Server::new(toolbox), list, wrong)
}

/// Returns `true` if a response reports what another call has listed.
fn reports(response: &Json) -> bool {
    assert_eq!(outcome(response), "failed", "{response}");
    let text = response["result"]["content"][0]["text"].to_string();
    text.contains("looks like the identifier of a project")
}

#[tokio::test]
async fn identifiers_of_one_client_are_not_reported_to_another() {
    let (server, list, wrong) = shop(Policy::new());
    let address = start(server.http()).await;
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let mut session = Connection::open(&address).await;
        session.initialize(json!({})).await;
        sessions.push(session);
    }
    sessions[0].ask(1, "tools/call", &list).await;
    for (session, is_reported) in sessions.iter_mut().zip([true, false]) {
        let response = session.ask(2, "tools/call", &wrong).await.message();
        assert_eq!(reports(&response), is_reported, "{response}");
    }
    for headers in [None, Some(["Bearer a", "Bearer b"])] {
        let mut clients = Vec::new();
        for client in 0..2 {
            let mut connection = Connection::open(&address).await;
            if let Some(headers) = headers {
                connection = connection.with("Authorization", headers[client]);
            }
            clients.push(connection);
        }
        clients[0].ask_modern(1, "tools/call", &list).await;
        for (client, is_reported) in clients.iter_mut().zip([true, false]) {
            let response = client.ask_modern(2, "tools/call", &wrong).await.message();
            assert_eq!(reports(&response), is_reported, "{headers:?}: {response}");
        }
    }
}

#[tokio::test]
async fn clients_that_cannot_be_distinguished_share_a_count_and_no_identifiers() {
    let (server, list, wrong) = shop(Policy::new().max_calls(2));
    // The program's own server says nothing about connections.
    let address = start_router(server.http().into_router()).await;
    let mut connection = Connection::open(&address).await;
    let made = connection
        .ask_modern(1, "tools/call", &list)
        .await
        .message();
    assert_eq!(outcome(&made), "made");
    let mut other = Connection::open(&address).await;
    let failed = other.ask_modern(2, "tools/call", &wrong).await.message();
    assert!(!reports(&failed), "{failed}");
    let denied = other.ask_modern(3, "tools/call", &list).await.message();
    assert_eq!(outcome(&denied), "denied");
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
    let address = start_router(router).await;
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
