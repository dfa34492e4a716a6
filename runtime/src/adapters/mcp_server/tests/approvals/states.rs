//! States that are forged, changed, expired, or those of another call or client.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::super::stdio::Peer;
use super::super::wire::{Connection, start};
use super::{Shop, again, create, forms, question};
use crate::adapters::tests::valid_call;
use crate::agent::{ApprovalClaim, ApprovalStore, ClaimFuture, ClaimResult, FinishFuture};
use crate::clock::Clock as _;

/// Returns states that the server has not sealed, most of them made of one that it has.
fn forgeries(state: &str) -> Vec<String> {
    let mut forged: Vec<String> = (0..state.len())
        .step_by(17)
        .map(|index| {
            let (before, after) = state.split_at(index);
            let other = if after.starts_with('A') { "B" } else { "A" };
            format!("{before}{other}{}", &after[1..])
        })
        .collect();
    let made_up = ["", "x", "-TAMPERED", &"A".repeat(268), &"A".repeat(1 << 20)];
    forged.extend(made_up.map(str::to_owned));
    forged.push(format!("{state}-TAMPERED"));
    forged.push(state[..state.len() - 4].to_owned());
    forged
}

#[tokio::test]
async fn a_forged_state_is_refused() {
    let shop = Shop::new();
    let mut peer = Peer::modern(shop.server(), &forms());
    let call = create();
    let state = question(&mut peer, &call).await;
    for forged in forgeries(state.as_str().unwrap()) {
        let call = again(&call, "accept", &forged.as_str().into());
        let response = peer.ask(2, "tools/call", call).await;
        assert_eq!(response["error"]["code"], -32602, "{forged}: {response}");
        assert_eq!(response["error"]["data"]["reason"], "forged", "{forged}");
        let message = response["error"]["message"].as_str().unwrap();
        assert!(message.contains("requestState was rejected"), "{message}");
    }
    assert_eq!(shop.sent(), 0);
}

#[tokio::test]
async fn a_state_holds_for_one_call_of_one_client() {
    let shop = Shop::new();
    let mut peer = Peer::modern(shop.server(), &forms());
    let call = create();
    let state = question(&mut peer, &call).await;
    let mut changed = call.clone();
    changed["arguments"]["name"] = "B".into();
    let mut more = call.clone();
    more["arguments"]["env"] = "live".into();
    let (name, arguments) = valid_call();
    let other_tool = json!({"name": name, "arguments": arguments});
    for (call, reason) in [
        (changed, "other_arguments"),
        (more, "other_arguments"),
        (other_tool, "other_tool"),
    ] {
        let retry = again(&call, "accept", &state);
        let response = peer.ask(3, "tools/call", retry).await;
        let refused = &response["error"]["data"]["reason"];
        assert_eq!(refused, reason, "{call}: {response}");
    }
    peer.rename("another");
    let retry = again(&call, "accept", &state);
    let response = peer.ask(4, "tools/call", retry).await;
    assert_eq!(response["error"]["data"]["reason"], "other_client");
    peer.rename("test");
    assert_eq!(shop.sent(), 0);

    // The same arguments in another order, and as text.
    let mut reordered = call.clone();
    reordered["arguments"] = json!(r#"{"accountId":"acc_1","env":null,"name":"A"}"#);
    let retry = again(&reordered, "accept", &state);
    let response = peer.ask(5, "tools/call", retry).await;
    assert_eq!(response["result"]["isError"], false, "{response}");
    assert_eq!(shop.sent(), 1);
}

#[tokio::test]
async fn a_state_holds_for_its_connection_its_server_and_its_time() {
    let shop = Shop::new();
    let server = shop
        .server()
        .approval_key([7; 32])
        .approval_timeout(Duration::from_secs(60));
    let mut one = Peer::modern(server.clone(), &forms());
    let mut other = Peer::modern(server, &forms());
    let mut foreign = Peer::modern(shop.server(), &forms());
    let call = create();
    let state = question(&mut one, &call).await;
    for (peer, reason) in [(&mut other, "other_client"), (&mut foreign, "forged")] {
        let response = peer
            .ask(2, "tools/call", again(&call, "accept", &state))
            .await;
        assert_eq!(response["error"]["data"]["reason"], reason, "{response}");
    }
    shop.clock.advance(Duration::from_secs(60));
    let response = one
        .ask(2, "tools/call", again(&call, "accept", &state))
        .await;
    assert_eq!(response["error"]["data"]["reason"], "expired", "{response}");
    assert_eq!(shop.sent(), 0);
    let state = question(&mut one, &call).await;
    shop.clock.advance(Duration::from_secs(59));
    let response = one
        .ask(3, "tools/call", again(&call, "accept", &state))
        .await;
    assert_eq!(response["result"]["isError"], false, "{response}");
}

#[tokio::test]
async fn a_server_refuses_the_state_of_another_without_a_shared_store() {
    let shop = Shop::new();
    let server = shop.server().approval_key([7; 32]);
    let one = start(server.clone().http()).await;
    let two = start(server.http()).await;
    let call = create();
    let mut ann = Connection::open(&one).await;
    let asked = ann.ask_modern(1, "tools/call", &call).await.message();
    let approved = again(&call, "accept", &asked["result"]["requestState"]);
    let mut other = Connection::open(&two).await;
    let refused = other.ask_modern(2, "tools/call", &approved).await.message();
    let reason = &refused["error"]["data"]["reason"];
    assert_eq!(reason, "other_server", "{refused}");
    assert_eq!(shop.sent(), 0);
    let made = ann.ask_modern(2, "tools/call", &approved).await.message();
    assert_eq!(made["result"]["isError"], false, "{made}");
    assert_eq!(shop.sent(), 1);
}

/// A store that servers share, and that fails if it is `None`.
#[derive(Clone)]
struct Store(Option<Arc<Mutex<BTreeMap<String, SystemTime>>>>);

impl ApprovalStore for Store {
    fn claim<'a>(&'a self, claim: &'a ApprovalClaim) -> ClaimFuture<'a> {
        Box::pin(async move {
            let states = self.0.as_ref().ok_or(std::io::ErrorKind::TimedOut)?;
            let mut states = states.lock().unwrap();
            let earlier = states.insert(claim.id().to_owned(), claim.expiry());
            Ok(match earlier {
                None => ClaimResult::Now,
                Some(_) => ClaimResult::Used,
            })
        })
    }

    fn finish<'a>(&'a self, _claim: &'a ApprovalClaim) -> FinishFuture<'a> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_failed_store_refuses_the_approval() {
    let shop = Shop::new();
    let server = shop.server().approval_store(Store(None));
    let mut peer = Peer::modern(server, &forms());
    let call = create();
    let state = question(&mut peer, &call).await;
    let retry = again(&call, "accept", &state);
    let response = peer.ask(2, "tools/call", retry).await;
    let reason = &response["error"]["data"]["reason"];
    assert_eq!(reason, "unavailable", "{response}");
    assert_eq!(shop.sent(), 0);
}

#[tokio::test]
async fn servers_with_one_key_and_one_store_accept_a_state_once() {
    let shop = Shop::new();
    let states = Arc::new(Mutex::default());
    let server = shop.server().approval_key([7; 32]);
    let server = server.approval_store(Store(Some(Arc::clone(&states))));
    let one = start(server.clone().http()).await;
    let two = start(server.http()).await;
    let call = create();
    let client = async |address: &str, token: &str| {
        Connection::open(address).await.with("Authorization", token)
    };
    let mut ann = client(&one, "Bearer ann").await;
    let asked = ann.ask_modern(1, "tools/call", &call).await.message();
    let state = &asked["result"]["requestState"];
    assert!(state.is_string(), "{asked}");
    let approved = again(&call, "accept", state);
    for address in [&one, &two] {
        for token in ["Bearer bob", "Bearer Ann"] {
            let mut other = client(address, token).await;
            let refused = other.ask_modern(2, "tools/call", &approved).await.message();
            assert_eq!(
                refused["error"]["data"]["reason"], "other_client",
                "{refused}"
            );
        }
    }
    assert_eq!(shop.sent(), 0);
    // The case of the scheme does not matter.
    let mut ann = client(&two, "bearer ann").await;
    let made = ann.ask_modern(2, "tools/call", &approved).await.message();
    assert_eq!(made["result"]["isError"], false, "{made}");
    for address in [&one, &two] {
        let mut ann = client(address, "Bearer ann").await;
        let replayed = ann.ask_modern(3, "tools/call", &approved).await.message();
        assert_eq!(replayed["error"]["data"]["reason"], "used", "{replayed}");
    }
    assert_eq!(shop.sent(), 1);
    let states = states.lock().unwrap();
    let expiries: Vec<SystemTime> = states.values().copied().collect();
    assert_eq!(expiries, [shop.clock.now() + Duration::from_secs(600)]);
}

#[tokio::test]
async fn one_of_several_simultaneous_answers_is_used() {
    let shop = Shop::new();
    let address = start(shop.server().http()).await;
    let call = create();
    let mut connection = Connection::open(&address).await;
    let asked = connection
        .ask_modern(1, "tools/call", &call)
        .await
        .message();
    let approved = again(&call, "accept", &asked["result"]["requestState"]);
    let mut answers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (address, approved) = (address.clone(), approved.clone());
        answers.spawn(async move {
            let mut connection = Connection::open(&address).await;
            connection
                .ask_modern(2, "tools/call", &approved)
                .await
                .message()
        });
    }
    let answers = answers.join_all().await;
    let made = answers
        .iter()
        .filter(|answer| answer.get("result").is_some());
    assert_eq!(made.count(), 1, "{answers:?}");
    assert_eq!(shop.sent(), 1);
}
