//! Questions while the call waits, as up to 2025-11-25, and clients that cannot ask.

use std::time::Duration;

use serde_json::json;

use super::super::stdio::Peer;
use super::{Shop, create, forms};

#[tokio::test]
async fn reports_how_a_person_can_approve_if_the_client_cannot_ask() {
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
