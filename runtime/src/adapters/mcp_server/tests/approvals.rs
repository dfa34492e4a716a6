//! Approval in both eras.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::stdio::Peer;
use super::wire::{Connection, start};
use super::{Decisions, Server, project};
use crate::adapters::tests::valid_call;
use crate::agent::{Policy, Toolbox};
use crate::clock::{Clock, Sleep, SystemClock};
use crate::codec::Json;
use crate::tests::shop;
use crate::tools::ToolFilter;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder};

/// A clock whose time of day tests move.
#[derive(Clone, Default)]
struct MovedClock {
    ahead: Arc<Mutex<Duration>>,
    system: SystemClock,
}

impl MovedClock {
    fn advance(&self, time: Duration) {
        *self.ahead.lock().unwrap() += time;
    }
}

impl Clock for MovedClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + *self.ahead.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.system.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.system.sleep(duration)
    }
}

/// The tools of the shop, all of which need approval.
struct Shop {
    toolbox: Toolbox,
    transport: MemoryTransport,
    clock: MovedClock,
    decisions: Decisions,
}

impl Shop {
    fn new() -> Self {
        let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project()));
        let clock = MovedClock::default();
        let client: Client = ClientBuilder::new(shop::CATALOG)
            .token("shop-token")
            .account("acc_551")
            .clock(clock.clone())
            .transport(transport.clone())
            .build()
            .unwrap();
        let decisions = Decisions::default();
        let policy = Policy::new().require_approval(ToolFilter::all());
        Self {
            toolbox: client.toolbox().policy(policy).audit(decisions.clone()),
            transport,
            clock,
            decisions,
        }
    }

    fn server(&self) -> Server {
        Server::new(self.toolbox.clone())
    }

    fn sent(&self) -> usize {
        self.transport.requests().len()
    }
}

fn forms() -> Json {
    json!({"elicitation": {"form": {}}})
}

fn create() -> Json {
    json!({"name": "create_a_shop_project", "arguments": {"name": "A", "accountId": "acc_1"}})
}

/// Returns a call again, with an answer and a state.
fn again(call: &Json, action: &str, state: &Json) -> Json {
    let mut call = call.clone();
    call["inputResponses"] = json!({"approval": {"action": action, "content": {}}});
    call["requestState"] = state.clone();
    call
}

/// Makes a call and returns the state of its question.
async fn question(peer: &mut Peer, call: &Json) -> Json {
    let response = peer.ask(1, "tools/call", call.clone()).await;
    let result = &response["result"];
    assert_eq!(result["resultType"], "input_required", "{response}");
    result["requestState"].clone()
}

#[tokio::test]
async fn a_question_is_the_result_and_the_answer_comes_with_the_next_call() {
    let shop = Shop::new();
    let mut peer = Peer::modern(shop.server(), &forms());
    let response = peer.ask(1, "tools/call", create()).await;
    let result = &response["result"];
    assert_eq!(result["resultType"], "input_required", "{response}");
    let question = &result["inputRequests"]["approval"];
    assert_eq!(question["method"], "elicitation/create");
    assert_eq!(question["params"]["mode"], "form");
    let message = question["params"]["message"].as_str().unwrap();
    assert!(
        message.contains(r#"{"accountId":"acc_1","name":"A"}"#),
        "{message}"
    );
    assert!(message.contains("changes data"), "{message}");
    assert_eq!(shop.sent(), 0);

    let state = &result["requestState"];
    let made = peer
        .ask(2, "tools/call", again(&create(), "accept", state))
        .await;
    assert_eq!(made["result"]["isError"], false, "{made}");
    assert_eq!(made["result"]["resultType"], "complete");
    assert_eq!(shop.sent(), 1);
    let replayed = peer
        .ask(3, "tools/call", again(&create(), "accept", state))
        .await;
    assert_eq!(replayed["error"]["code"], -32602, "{replayed}");
    assert_eq!(replayed["error"]["data"]["reason"], "used");
    assert_eq!(shop.sent(), 1);
    let decisions = shop.decisions.0.lock().unwrap();
    let expected = [
        "approval_required by policy",
        "allowed by the user of test",
        "allowed by the user of test",
        "denied by policy",
    ];
    assert_eq!(*decisions, expected, "the start, the end, and the replay");
}

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
    let made_up = ["", "x", "-TAMPERED", &"A".repeat(204), &"A".repeat(1 << 20)];
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
        assert!(message.contains("requestState is refused"), "{message}");
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
async fn instances_with_one_key_accept_the_state_of_one_client() {
    let shop = Shop::new();
    let server = shop.server().approval_key([7; 32]);
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
        for token in ["Bearer bob", "bearer ann"] {
            let mut other = client(address, token).await;
            let refused = other.ask_modern(2, "tools/call", &approved).await.message();
            assert_eq!(
                refused["error"]["data"]["reason"], "other_client",
                "{refused}"
            );
        }
    }
    assert_eq!(shop.sent(), 0);
    let mut ann = client(&two, "Bearer ann").await;
    let made = ann.ask_modern(2, "tools/call", &approved).await.message();
    assert_eq!(made["result"]["isError"], false, "{made}");
    let replayed = ann.ask_modern(3, "tools/call", &approved).await.message();
    assert_eq!(replayed["error"]["data"]["reason"], "used", "{replayed}");
    assert_eq!(shop.sent(), 1);
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

#[tokio::test]
async fn only_accept_is_an_approval() {
    let shop = Shop::new();
    let mut peer = Peer::modern(shop.server(), &forms());
    let call = create();
    for (action, text) in [
        ("decline", "declined"),
        ("cancel", "closed without an answer"),
    ] {
        let state = question(&mut peer, &call).await;
        let response = peer
            .ask(2, "tools/call", again(&call, action, &state))
            .await;
        let result = &response["result"];
        assert_eq!(result["isError"], true, "{response}");
        assert_eq!(result["structuredContent"]["outcome"], "declined");
        let shown = result["content"][0]["text"].as_str().unwrap();
        assert!(shown.contains(text), "{shown}");
        let later = peer
            .ask(3, "tools/call", again(&call, "accept", &state))
            .await;
        assert_eq!(later["error"]["data"]["reason"], "used", "{action}");
    }
    let state = question(&mut peer, &call).await;
    // Without an answer the question is asked again; with an unreadable one, the call is refused.
    for responses in [
        json!(null),
        json!({}),
        json!({"other": {"action": "accept"}}),
    ] {
        let mut call = call.clone();
        call["requestState"] = state.clone();
        call["inputResponses"] = responses.clone();
        let response = peer.ask(2, "tools/call", call).await;
        assert_eq!(
            response["result"]["resultType"], "input_required",
            "{responses}: {response}"
        );
    }
    for answer in [
        json!(5),
        json!({}),
        json!({"action": "yes"}),
        json!({"action": null}),
    ] {
        let mut call = again(&call, "accept", &state);
        call["inputResponses"]["approval"] = answer.clone();
        let response = peer.ask(2, "tools/call", call).await;
        assert_eq!(response["error"]["code"], -32602, "{answer}: {response}");
    }
    // An answer without a state does not approve anything.
    let mut bare = again(&call, "accept", &state);
    bare.as_object_mut().unwrap().remove("requestState");
    let response = peer.ask(2, "tools/call", bare).await;
    assert_eq!(
        response["result"]["resultType"], "input_required",
        "{response}"
    );
    assert_eq!(shop.sent(), 0);
}

#[tokio::test]
async fn a_client_that_cannot_ask_is_told_how_a_person_can_approve() {
    for capabilities in [json!({}), json!({"elicitation": {"url": {}}})] {
        let shop = Shop::new();
        let modern = Peer::modern(shop.server(), &capabilities);
        let older = Peer::connect_with(shop.server(), capabilities.clone()).await;
        for mut peer in [modern, older] {
            let response = peer.ask(1, "tools/call", create()).await;
            let result = &response["result"];
            assert_eq!(result["isError"], true, "{response}");
            assert_eq!(result["structuredContent"]["outcome"], "approval_required");
            let text = result["content"][0]["text"].as_str().unwrap();
            for part in [
                "nothing was sent",
                "elicitation",
                "the client test",
                "the operator",
            ] {
                assert!(text.contains(part), "{text}");
            }
            assert_eq!(result["structuredContent"]["message"], text);
        }
        assert_eq!(shop.sent(), 0);
    }
}

#[tokio::test]
async fn a_question_is_withdrawn_when_its_call_is_cancelled() {
    let shop = Shop::new();
    let mut peer = Peer::connect_with(shop.server(), forms()).await;
    peer.request(5, "tools/call", create()).await;
    let question = peer.receive().await;
    assert_eq!(question["method"], "elicitation/create");
    let params = json!({"requestId": 5, "reason": "enough"});
    peer.send(json!({"method": "notifications/cancelled", "params": params}))
        .await;
    let withdrawn = peer.receive().await;
    assert_eq!(
        withdrawn["method"], "notifications/cancelled",
        "{withdrawn}"
    );
    assert_eq!(withdrawn["params"]["requestId"], question["id"]);
    // An answer that crosses the withdrawal does nothing.
    peer.send(json!({"id": question["id"], "result": {"action": "accept", "content": {}}}))
        .await;
    assert_eq!(peer.ask(6, "ping", json!({})).await["result"], json!({}));
    assert_eq!(shop.sent(), 0);
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_withdrawn() {
    let shop = Shop::new();
    let server = shop.server().approval_timeout(Duration::from_millis(20));
    let mut peer = Peer::connect_with(server, forms()).await;
    peer.request(5, "tools/call", create()).await;
    let question = peer.receive().await;
    let mut messages = [peer.receive().await, peer.receive().await];
    messages.sort_by_key(|message| message.get("method").is_none());
    assert_eq!(
        messages[0]["params"]["requestId"], question["id"],
        "{messages:?}"
    );
    let text = messages[1]["result"]["content"][0]["text"].to_string();
    assert!(text.contains("got no answer"), "{text}");
    assert_eq!(shop.sent(), 0);
}

#[tokio::test]
async fn an_unreadable_answer_is_no_approval() {
    let shop = Shop::new();
    let mut peer = Peer::connect_with(shop.server(), forms()).await;
    let answers = [
        json!({"error": "no"}),
        json!({"error": {"code": "E1", "message": "x"}}),
        json!({"result": {"action": "yes"}}),
        json!({"result": 5}),
    ];
    for (id, mut answer) in (1..).zip(answers) {
        peer.request(id, "tools/call", create()).await;
        let question = peer.receive().await;
        assert_eq!(question["method"], "elicitation/create", "{question}");
        answer["id"] = question["id"].clone();
        peer.send(answer.clone()).await;
        let response = peer.receive().await;
        assert_eq!(response["id"], id, "{answer}: {response}");
        assert_eq!(response["result"]["isError"], true, "{answer}");
    }
    assert_eq!(shop.sent(), 0);
}
