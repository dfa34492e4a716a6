//! Questions while the call waits, as up to 2025-11-25, and clients that cannot ask.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::super::stdio::Peer;
use super::{Shop, create, forms};
use crate::adapters::mcp_server::Server;
use crate::agent::{ApprovalRequest, Policy};
use crate::tools::ToolFilter;

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
async fn an_unanswered_question_is_withdrawn() {
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
    let result = &messages[1]["result"];
    assert_eq!(result["structuredContent"]["outcome"], "denied");
    let text = result["content"][0]["text"].to_string();
    assert!(
        text.contains("was not answered") && !text.contains("declined"),
        "{text}"
    );
    let decisions = shop.decisions.0.lock().unwrap();
    let expected = ["approval_required by policy", "denied by policy"];
    assert_eq!(*decisions, expected);
    assert_eq!(shop.sent(), 0);
}

/// Returns a server that asks the client first, and the requests in the inbox of the program.
fn asking_first(shop: &Shop) -> (Server, Arc<Mutex<Vec<ApprovalRequest>>>) {
    let inbox = Arc::<Mutex<Vec<ApprovalRequest>>>::default();
    let kept = Arc::clone(&inbox);
    let policy = Policy::new().approve_later(ToolFilter::all(), move |request| {
        kept.lock().unwrap().push(request);
        async { Ok(()) }
    });
    let server = Server::new(shop.toolbox.clone().policy(policy)).ask_client_first();
    (server, inbox)
}

#[tokio::test]
async fn the_channel_of_the_program_is_asked_if_the_client_cannot_ask() {
    for is_modern in [true, false] {
        for can_ask in [true, false] {
            let shop = Shop::new();
            let (server, inbox) = asking_first(&shop);
            let capabilities = if can_ask { forms() } else { json!({}) };
            let mut peer = if is_modern {
                Peer::modern(server, &capabilities)
            } else {
                Peer::connect_with(server, capabilities).await
            };
            peer.request(1, "tools/call", create()).await;
            let message = peer.receive().await;
            let stored = inbox.lock().unwrap().clone();
            if can_ask {
                let asked = &message["result"]["resultType"] == "input_required"
                    || message["method"] == "elicitation/create";
                assert!(asked, "{message}");
                assert!(stored.is_empty());
                continue;
            }
            let result = &message["result"];
            assert_eq!(
                result["structuredContent"]["outcome"], "pending",
                "{message}"
            );
            assert_eq!(result["structuredContent"]["approval"], stored[0].id);
            assert_eq!(stored[0].tool.name, "create_a_shop_project");
            assert_eq!(shop.sent(), 0);
        }
    }
}

#[tokio::test]
async fn the_channel_of_the_program_is_asked_if_the_client_fails_to_ask() {
    let shop = Shop::new();
    let (server, inbox) = asking_first(&shop);
    let mut peer = Peer::connect_with(server, forms()).await;
    peer.request(1, "tools/call", create()).await;
    let question = peer.receive().await;
    assert_eq!(question["method"], "elicitation/create", "{question}");
    let error = json!({"code": -32601, "message": "no"});
    peer.send(json!({"id": question["id"], "error": error}))
        .await;
    let response = peer.receive().await;
    let content = &response["result"]["structuredContent"];
    assert_eq!(content["outcome"], "pending", "{response}");
    assert_eq!(inbox.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_unreadable_answer_is_not_an_approval() {
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
