//! Sessions: the customers that they belong to, their number and their age.

use std::time::Duration;

use axum::http::header;

use super::*;
use crate::tools::ToolFilter;

/// Sends every kind of request that names a session of another, and expects that there is none.
async fn expect_no_session(mut stranger: Connection, id: &str, about: &str) {
    stranger
        .headers
        .push(("Mcp-Session-Id".to_owned(), id.to_owned()));
    let call = json!({"name": "get_single_shop_project_by_id", "arguments": {"id": "prj_1"}});
    let message = |method: &str, params: &Json| {
        json!({"jsonrpc": "2.0", "id": 5, "method": method, "params": params}).to_string()
    };
    let answer = json!({"jsonrpc": "2.0", "id": 0, "result": {"action": "accept", "content": {}}});
    let stream = [("Accept", "text/event-stream")];
    for (method, headers, body) in [
        ("GET", &stream[..], String::new()),
        ("POST", &[], message("tools/call", &call)),
        ("POST", &[], message("tools/list", &json!({}))),
        ("POST", &[], answer.to_string()),
        ("DELETE", &[], String::new()),
    ] {
        let reply = stranger.request(method, headers, body.as_bytes()).await;
        assert_eq!(
            reply.head.status, 404,
            "{about}: {method} {body}: {reply:?}"
        );
    }
}

fn session_of(connection: &Connection) -> String {
    let mut headers = connection.headers.iter();
    let found = headers.find(|(name, _)| name == "Mcp-Session-Id");
    found.expect("a session").1.clone()
}

#[tokio::test]
async fn a_session_is_that_of_the_customer_that_opened_it() {
    // Each way in which a program may tell customers apart.
    let by_account = |client: Client| {
        Server::per_request(move |parts: Parts| client.for_account(customer(&parts)).toolbox())
    };
    let by_context = |client: Client| {
        Server::per_request(move |parts: Parts| {
            let context = CallContext::new().principal(customer(&parts));
            client.toolbox().context(context)
        })
    };
    let by_header = |client: Client| Server::per_request(move |_: Parts| client.toolbox());
    let transport = transport();
    let client = || client(&transport);
    let router = |service| axum::Router::new().route_service("/mcp", service);
    let routers = [
        (
            "account",
            router(by_account(client()).into_service()).layer(from_fn(authenticate)),
        ),
        (
            "context",
            router(by_context(client()).into_service()).layer(from_fn(authenticate)),
        ),
        (
            "principal",
            router(by_header(client()).into_service()).layer(from_fn(name_principal)),
        ),
        ("authorization", router(by_header(client()).into_service())),
    ];
    for (about, router) in routers {
        let address = start_router(router).await;
        let connect = async |name: &str| {
            let connection = Connection::open(&address).await.with("x-customer", name);
            if about == "authorization" {
                return connection.with("Authorization", &format!("Bearer {name}"));
            }
            connection
        };
        let mut ann = Peer::with(connect("ann").await, Era::Older).await;
        let id = session_of(&ann.connection);
        expect_no_session(connect("bob").await, &id, about).await;
        assert!(ann.is_made().await, "{about}: the session goes on");
        let mut elsewhere = connect("ann").await;
        elsewhere.headers.push(("Mcp-Session-Id".to_owned(), id));
        let listed = elsewhere.ask(1, "tools/list", &json!({})).await;
        assert_eq!(listed.head.status, 200, "{about}");
    }
}

#[tokio::test]
async fn an_approval_is_that_of_the_customer_who_was_asked() {
    let transport = transport();
    let asks = |_: &str| Policy::new().require_approval(ToolFilter::all());
    let address = serve(server(client(&transport), asks).into_service()).await;
    let mut ann = Peer::open(&address, "ann", Era::Modern).await;
    let mut bob = Peer::open(&address, "bob", Era::Modern).await;
    let mut approved =
        json!({"name": "get_single_shop_project_by_id", "arguments": {"id": "prj_1"}});
    let asked = ann.ask("tools/call", &approved).await.message();
    approved["requestState"] = asked["result"]["requestState"].clone();
    approved["inputResponses"] = json!({"approval": {"action": "accept"}});
    let refused = bob.ask("tools/call", &approved).await.message();
    assert_eq!(
        refused["error"]["data"]["reason"], "other_client",
        "{refused}"
    );
    assert!(transport.requests().is_empty());
    let made = ann.ask("tools/call", &approved).await.message();
    assert_eq!(made["result"]["structuredContent"]["name"], "ann", "{made}");
    let again = ann.ask("tools/call", &approved).await.message();
    assert_eq!(again["error"]["data"]["reason"], "used", "{again}");
    // In the older era, the question is in the session, and so is its answer.
    let mut ann = Peer::open(&address, "ann", Era::Older).await;
    let call = json!({"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": {
        "name": "get_single_shop_project_by_id", "arguments": {"id": "prj_1"},
    }});
    ann.connection
        .send("POST", &[], call.to_string().as_bytes())
        .await;
    assert_eq!(ann.connection.head().await.status, 200);
    let mut text = String::new();
    while !text.contains("elicitation/create") {
        text.push_str(&ann.connection.chunk().await);
    }
    let data = text.lines().find_map(|line| line.strip_prefix("data: {"));
    let question: Json = serde_json::from_str(&format!("{{{}", data.unwrap())).unwrap();
    let accepted = json!({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept", "content": {}}});
    for (name, status) in [("bob", 404), ("ann", 202)] {
        let connection = Connection::open(&address).await.with("x-customer", name);
        let mut connection = connection.with("Mcp-Session-Id", &session_of(&ann.connection));
        assert_eq!(
            connection.post(&accepted).await.head.status,
            status,
            "{name}"
        );
        if name == "bob" {
            assert_eq!(transport.requests().len(), 1, "the call still waits");
            continue;
        }
        while !text.contains("\"isError\":false") {
            text.push_str(&ann.connection.chunk().await);
        }
        assert_eq!(transport.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_session_expires() {
    let short = Duration::from_millis(600);
    for (is_idle, about) in [(true, "idle"), (false, "age")] {
        let http = server(client(&transport()), |_| Policy::new()).http();
        let http = if is_idle {
            http.session_idle_timeout(short)
        } else {
            http.session_max_age(short)
        };
        let address = serve(http.into_service()).await;
        let mut ann = Peer::open(&address, "ann", Era::Older).await;
        let start = std::time::Instant::now();
        while start.elapsed() < short * 2 {
            tokio::time::sleep(short / 4).await;
            let status = ann.ask("tools/list", &json!({})).await.head.status;
            if status != 200 {
                assert_eq!(status, 404, "{about}");
                break;
            }
        }
        assert_eq!(
            start.elapsed() >= short * 2,
            is_idle,
            "{about}: requests keep a session alive"
        );
        tokio::time::sleep(short + short / 4).await;
        assert_eq!(
            ann.ask("tools/list", &json!({})).await.head.status,
            404,
            "{about}"
        );
        let mut again = Peer::open(&address, "ann", Era::Older).await;
        assert!(
            again.is_made().await,
            "{about}: another session can be opened"
        );
    }
}

#[tokio::test]
async fn one_customer_cannot_use_up_all_sessions() {
    let http = server(client(&transport()), |_| Policy::new()).http();
    let http = http.max_sessions(4).max_sessions_per_principal(2);
    let address = serve(http.into_service()).await;
    let connect = async |name: &str| Connection::open(&address).await.with("x-customer", name);
    let mut first = Peer::with(connect("ann").await, Era::Older).await;
    let _second = Peer::with(connect("ann").await, Era::Older).await;
    let third = connect("ann").await.initialize(json!({})).await;
    assert_eq!(third.head.status, 429, "{third:?}");
    let wait: u64 = third.head.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=1_801).contains(&wait), "{wait}");
    // A client without a session takes a place as well, and so do its names.
    let keyed = json!({"name": "get_single_shop_project_by_id", "arguments": {"id": "prj_1"}});
    assert_eq!(
        connect("ann")
            .await
            .ask_modern(1, "tools/call", &keyed)
            .await
            .head
            .status,
        429
    );
    let _bob = Peer::with(connect("bob").await, Era::Older).await;
    let mut carl = Peer::open(&address, "carl", Era::Modern).await;
    assert!(carl.is_made().await);
    assert_eq!(
        connect("dora")
            .await
            .initialize(json!({}))
            .await
            .head
            .status,
        503
    );
    let ended = first.connection.request("DELETE", &[], b"").await;
    assert!(ended.head.status < 300, "{ended:?}");
    assert_eq!(
        connect("ann").await.initialize(json!({})).await.head.status,
        200
    );
}

#[tokio::test]
async fn a_host_of_the_program_is_allowed_by_name() {
    for (allowed, expected) in [
        (None, 403),
        (Some("tools.example.com"), 200),
        (Some("*"), 200),
    ] {
        let mut http = server(client(&transport()), |_| Policy::new()).http();
        if let Some(host) = allowed {
            http = http.allow_host(host);
        }
        let address = serve(http.into_service()).await;
        let connection = Connection::open(&address).await.with("x-customer", "ann");
        let mut connection = connection.with(header::HOST.as_str(), "tools.example.com");
        let status = connection.initialize(json!({})).await.head.status;
        assert_eq!(status, expected, "{allowed:?}");
    }
}
