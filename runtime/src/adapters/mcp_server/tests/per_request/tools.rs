//! Each customer has its own tools and its own accounts.

use axum::RequestPartsExt as _;
use axum::extract::Path;
use tokio::task::JoinSet;

use super::*;
use crate::tools::ToolFilter;

/// Returns the policy of the plan of a customer.
fn plan(customer: &str) -> Policy {
    match customer {
        "reader" => Policy::new().allow(ToolFilter::reads()),
        _ => Policy::new(),
    }
}

#[tokio::test]
async fn customers_at_once_see_their_own_tools_and_accounts() {
    let transport = transport();
    let all = client(&transport).toolbox().tools().count();
    let address = serve(server(client(&transport), plan).into_service()).await;
    let mut peers = JoinSet::new();
    for index in 0..40 {
        let era = ERAS[index % 2];
        let customer = ["writer", "reader"][index / 2 % 2];
        let address = address.clone();
        peers.spawn(async move {
            let mut peer = Peer::open(&address, customer, era).await;
            for _ in 0..3 {
                let names = peer.names().await;
                assert_eq!(names.len() == all, customer == "writer", "{names:?}");
                let project = peer.get().await;
                let name = &project["result"]["structuredContent"]["name"];
                assert_eq!(name, customer, "{era:?}: {project}");
                let new = json!({"accountId": "a", "name": "n", "env": "test"});
                let created = peer.call("create_a_shop_project", new).await;
                let is_error = &created["result"]["isError"];
                assert_eq!(*is_error, customer == "reader", "{era:?}: {created}");
            }
        });
    }
    while let Some(peer) = peers.join_next().await {
        peer.unwrap();
    }
    let sent = transport.requests();
    assert_eq!(sent.len(), 20 * 3 + 40 * 3);
    let writes = sent.iter().filter(|request| request.method == "POST");
    assert!(
        writes
            .into_iter()
            .all(|request| request.query.contains("=writer"))
    );
}

#[tokio::test]
async fn a_customer_may_be_named_by_the_path_and_looked_up_in_a_future() {
    let client = client(&transport());
    let service = Server::per_request(move |mut parts: Parts| {
        let client = client.clone();
        async move {
            let Path(customer) = parts
                .extract::<Path<String>>()
                .await
                .map_err(|_| StatusCode::NOT_FOUND)?;
            // As a look-up in a database.
            tokio::task::yield_now().await;
            if customer == "stranger" {
                return Err(StatusCode::NOT_FOUND);
            }
            Ok(client.for_account(customer).toolbox())
        }
    });
    let service = service.into_service();
    let router = axum::Router::new()
        .nest_service("/api/{customer}/tools/mcp", service.clone())
        .nest(
            "/v2",
            axum::Router::new().route_service("/{customer}", service),
        );
    let address = start_router(router).await;
    for era in ERAS {
        for (path, account) in [
            ("/api/ann/tools/mcp", "ann"),
            ("/v2/bob", "bob"),
            ("/api/ann/tools/mcp/", "ann"),
        ] {
            let connection = Connection::open(&address).await.at(path);
            let mut peer = Peer::with(connection, era).await;
            let project = peer.get().await;
            assert_eq!(
                project["result"]["structuredContent"]["name"], account,
                "{path}: {project}"
            );
        }
    }
    let mut stranger = Connection::open(&address).await.at("/v2/stranger");
    assert_eq!(stranger.initialize(json!({})).await.head.status, 404);
    let mut nowhere = Connection::open(&address).await.at("/v3/ann");
    assert_eq!(nowhere.initialize(json!({})).await.head.status, 404);
    // A session is that of the customer of its path.
    let connection = Connection::open(&address).await.at("/v2/ann");
    let ann = Peer::with(connection, Era::Older).await;
    let mut moved = Connection::open(&address).await.at("/v2/bob");
    moved.headers.clone_from(&ann.connection.headers);
    assert_eq!(
        moved.ask(1, "tools/list", &json!({})).await.head.status,
        404
    );
}

#[tokio::test]
async fn a_change_of_the_policy_holds_from_the_next_request() {
    let is_suspended = Arc::new(Mutex::new(false));
    let suspended = Arc::clone(&is_suspended);
    let policy = move |_: &str| {
        let tools = if *suspended.lock().unwrap() {
            ToolFilter::none()
        } else {
            ToolFilter::all()
        };
        Policy::new().allow(tools)
    };
    let address = serve(server(client(&transport()), policy).into_service()).await;
    let mut peers = Vec::new();
    for era in ERAS {
        let mut peer = Peer::open(&address, "ann", era).await;
        assert!(peer.is_made().await);
        peers.push(peer);
    }
    *is_suspended.lock().unwrap() = true;
    for peer in &mut peers {
        assert!(!peer.is_made().await);
        assert!(peer.names().await.is_empty());
    }
}

#[tokio::test]
async fn a_session_remembers_what_its_calls_have_shown() {
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
    let address = serve(server(client(&transport), plan).into_service()).await;
    for era in ERAS {
        for (customer, is_known) in [("ann", true), ("bob", false)] {
            let mut ann = Peer::open(&address, "ann", era).await;
            ann.call("list_all_shop_projects", json!({"accountId": "acc_1"}))
                .await;
            let mut other = Peer::open(&address, customer, era).await;
            let peer = if is_known { &mut ann } else { &mut other };
            let wrong = peer
                .call("update_a_shop_order_cancel_by_id", json!({"id": "prj_9"}))
                .await;
            let text = wrong["result"]["content"][0]["text"].to_string();
            let knows = text.contains("looks like the identifier of a project");
            assert_eq!(knows, is_known, "{era:?} {customer}: {text}");
        }
    }
}

#[tokio::test]
async fn the_audit_names_customer_account_and_session() {
    let seen = Seen::default();
    let (client, audit) = (client(&transport()), seen.clone());
    let service = Server::per_request(move |parts: Parts| {
        let name = customer(&parts);
        audited(&client, &name, &audit).context(CallContext::new().principal(name))
    });
    let address = serve(service.into_service()).await;
    for era in ERAS {
        for name in ["ann", "bob"] {
            let mut peers = [
                Peer::open(&address, name, era).await,
                Peer::open(&address, name, era).await,
            ];
            for peer in &mut peers {
                assert!(peer.is_made().await);
                assert!(peer.is_made().await);
            }
            let calls = std::mem::take(&mut *seen.0.lock().unwrap());
            assert_eq!(calls.len(), 4);
            for call in &calls {
                assert_eq!(call.principal.as_deref(), Some(name));
                assert_eq!(call.account.as_deref(), Some(name));
                assert_eq!(call.decision, "allowed");
            }
            let sessions: Vec<_> = calls.iter().map(|call| call.session.clone()).collect();
            assert!(sessions[0].is_some());
            assert_eq!((&sessions[0], &sessions[2]), (&sessions[1], &sessions[3]));
            // Without sessions, the client is its customer.
            assert_eq!(sessions[0] == sessions[2], era == Era::Modern);
        }
    }
}

#[tokio::test]
async fn the_name_of_the_server_is_that_of_the_tools_unless_it_is_set() {
    for (name, expected) in [(None, "shop"), (Some("Acme tools"), "Acme tools")] {
        let mut server = server(client(&transport()), plan);
        if let Some(name) = name {
            server = server.named(name, "2.0");
        }
        let address = serve(server.into_service()).await;
        let mut connection = Connection::open(&address).await.with("x-customer", "ann");
        let opened = connection.initialize(json!({})).await.message();
        assert_eq!(opened["result"]["serverInfo"]["name"], expected);
        let mut modern = Peer::open(&address, "ann", Era::Modern).await;
        let found = modern.ask("server/discover", &json!({})).await.message();
        let info = &found["result"]["_meta"]["io.modelcontextprotocol/serverInfo"];
        let info = if info.is_null() {
            &found["result"]["serverInfo"]
        } else {
            info
        };
        assert_eq!(info["name"], expected, "{found}");
    }
}
