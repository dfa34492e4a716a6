//! Limits on calls: of a session, of a customer, and of all.

use std::time::{Duration, Instant};

use super::*;
use crate::agent::CallLimit;

/// Returns the calls that are made of these, each by a client of a customer.
async fn made(era: Era, limit: fn() -> Policy, calls: &[(&str, usize)]) -> Vec<bool> {
    let transport = transport();
    let service = server(client(&transport), move |_| limit()).into_service();
    let address = serve(service).await;
    let mut peers: Vec<((&str, usize), Peer)> = Vec::new();
    let mut made = Vec::new();
    for call in calls {
        if !peers.iter().any(|(known, _)| known == call) {
            peers.push((*call, Peer::open(&address, call.0, era).await));
        }
        let (_, peer) = peers.iter_mut().find(|(known, _)| known == call).unwrap();
        made.push(peer.is_made().await);
    }
    let sent = transport.requests().len();
    assert_eq!(sent, made.iter().filter(|made| **made).count());
    made
}

/// A name, a policy, and whether it allows each call.
type Case = (&'static str, fn() -> Policy, [bool; 6]);

#[tokio::test]
async fn each_kind_of_limit_counts_its_own_calls() {
    let calls = [
        ("ann", 1),
        ("ann", 1),
        ("ann", 2),
        ("ann", 2),
        ("bob", 1),
        ("bob", 1),
    ];
    let cases: [Case; 4] = [
        (
            "session",
            || Policy::new().max_calls(1),
            [true, false, true, false, true, false],
        ),
        (
            "principal",
            || Policy::new().limit(CallLimit::new(1).per_principal()),
            [true, false, false, false, true, false],
        ),
        (
            "all",
            || Policy::new().limit(CallLimit::new(2).in_all()),
            [true, true, false, false, false, false],
        ),
        (
            "each holds",
            || {
                Policy::new()
                    .max_calls(1)
                    .limit(CallLimit::new(2).per_principal())
                    .limit(CallLimit::new(2).in_all())
            },
            [true, false, true, false, false, false],
        ),
    ];
    for (about, limit, expected) in cases {
        assert_eq!(made(Era::Older, limit, &calls).await, expected, "{about}");
        if about != "session" && about != "each holds" {
            assert_eq!(made(Era::Modern, limit, &calls).await, expected, "{about}");
        }
    }
    // Without sessions, the clients of a customer are one.
    let session = || Policy::new().max_calls(1);
    let expected = [true, false, false, false, true, false];
    assert_eq!(made(Era::Modern, session, &calls).await, expected);
}

#[tokio::test]
async fn a_window_allows_calls_again_and_reports_when() {
    const WINDOW: Duration = Duration::from_millis(1_500);
    for era in ERAS {
        let limit = |_: &str| Policy::new().limit(CallLimit::new(2).per_principal().within(WINDOW));
        let service = server(client(&transport()), limit).into_service();
        let address = serve(service).await;
        let mut peers = [
            Peer::open(&address, "ann", era).await,
            Peer::open(&address, "ann", era).await,
        ];
        let start = Instant::now();
        for peer in &mut peers {
            assert!(peer.is_made().await);
        }
        let response = peers[1].get().await;
        if start.elapsed() < WINDOW {
            let text = response["result"]["content"][0]["text"].as_str().unwrap();
            let expected = "the limit of 2 calls in 1500 ms for this user has been reached; the next call is possible in ";
            assert!(text.contains(expected), "{text}");
            assert_eq!(response["result"]["isError"], true);
        }
        let mut bob = Peer::open(&address, "bob", era).await;
        assert!(bob.is_made().await, "another customer has its own window");
        tokio::time::sleep(WINDOW + WINDOW / 10).await;
        assert!(peers[0].is_made().await);
    }
}

#[tokio::test]
async fn a_count_of_a_customer_outlives_its_sessions() {
    let limit = |_: &str| Policy::new().limit(CallLimit::new(2).per_principal());
    let http = server(client(&transport()), limit).http();
    let address = serve(http.max_sessions(1).into_service()).await;
    for expected in [true, true, false, false] {
        let mut session = Peer::open(&address, "ann", Era::Older).await;
        assert_eq!(session.is_made().await, expected);
        let ended = session.connection.request("DELETE", &[], b"").await;
        assert!(ended.head.status < 300, "{ended:?}");
    }
}

#[tokio::test]
async fn a_customer_without_a_name_is_its_accounts() {
    // Another token is the same customer, if the account is the same.
    let client = client(&transport());
    let service = Server::per_request(move |parts: Parts| {
        let policy = Policy::new().limit(CallLimit::new(1).per_principal());
        client
            .for_account(customer(&parts))
            .toolbox()
            .policy(policy)
    });
    let address = serve(service.into_service()).await;
    for (name, token, expected) in [("ann", "1", true), ("ann", "2", false), ("bob", "1", true)] {
        for (era, expected) in [(Era::Modern, expected), (Era::Older, false)] {
            let connection = Connection::open(&address).await.with("x-customer", name);
            let connection = connection.with("Authorization", &format!("Bearer {token}"));
            let mut peer = Peer::with(connection, era).await;
            assert_eq!(peer.is_made().await, expected, "{name} {token} {era:?}");
        }
    }
}

#[tokio::test]
async fn an_invented_authorization_is_not_another_client() {
    // The program authenticates by `x-customer`, and its tools differ in their accounts alone.
    let client = client(&transport());
    let server = Server::per_request(move |parts: Parts| {
        let tools = client.for_account(customer(&parts)).toolbox();
        tools.policy(Policy::new().max_calls(1))
    });
    let http = server.http().max_sessions(6).max_sessions_per_principal(2);
    let address = serve(http.into_service()).await;
    let connect = async |name: &str, made_up: &str| {
        let connection = Connection::open(&address).await.with("x-customer", name);
        connection.with("Authorization", made_up)
    };
    // Without sessions, the count continues.
    for (made_up, expected) in [("Bearer 1", true), ("Bearer 2", false), ("x", false)] {
        let mut peer = Peer::with(connect("ann", made_up).await, Era::Modern).await;
        assert_eq!(peer.is_made().await, expected, "{made_up}");
    }
    // One place is left for a session, and the other customers have theirs.
    for (made_up, expected) in [("Bearer 3", 200), ("Bearer 4", 429), ("Bearer 5", 429)] {
        let opened = connect("ann", made_up).await.initialize(json!({})).await;
        assert_eq!(opened.head.status, expected, "{made_up}: {opened:?}");
    }
    let mut bob = Peer::with(connect("bob", "Bearer 1").await, Era::Modern).await;
    assert!(bob.is_made().await);
    // A session is still that of the credentials that opened it.
    let mut carl = connect("carl", "Bearer 1").await;
    assert_eq!(carl.initialize(json!({})).await.head.status, 200);
    let mut other = connect("carl", "Bearer 2").await;
    let session = carl
        .headers
        .iter()
        .find(|(name, _)| name == "Mcp-Session-Id");
    other.headers.extend(session.cloned());
    for (connection, expected) in [(&mut other, 404), (&mut carl, 200)] {
        let listed = connection.ask(1, "tools/list", &json!({})).await;
        assert_eq!(listed.head.status, expected);
    }
}
