//! Answers that come with the next call, as in 2026-07-28.

use serde_json::json;

use super::super::stdio::Peer;
use super::{Shop, again, create, forms, question};
use crate::codec::Json;

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
    let arguments = message.split_once(", with the arguments ").unwrap().1;
    let arguments: Json = serde_json::from_str(arguments.split_once(". ").unwrap().0).unwrap();
    assert_eq!(arguments, create()["arguments"], "{message}");
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

#[tokio::test]
async fn only_accept_is_an_approval() {
    let shop = Shop::new();
    let mut peer = Peer::modern(shop.server(), &forms());
    let call = create();
    for (action, outcome, text) in [
        (
            "decline",
            "declined",
            "create_a_shop_project: the user declined this call; nothing was sent. Do not repeat this call",
        ),
        (
            "cancel",
            "denied",
            "create_a_shop_project: a person must approve this call first, and the user closed the approval request without an answer; nothing was sent. Tell the user, and repeat the call only if they want to decide now",
        ),
    ] {
        let state = question(&mut peer, &call).await;
        let response = peer
            .ask(2, "tools/call", again(&call, action, &state))
            .await;
        let result = &response["result"];
        assert_eq!(result["isError"], true, "{response}");
        assert_eq!(result["structuredContent"]["outcome"], outcome);
        assert_eq!(result["content"][0]["text"], text);
        let later = peer
            .ask(3, "tools/call", again(&call, "accept", &state))
            .await;
        assert_eq!(later["error"]["data"]["reason"], "used", "{action}");
    }
    let decisions = std::mem::take(&mut *shop.decisions.0.lock().unwrap());
    assert_eq!(decisions[1], "declined by the user of test");
    assert_eq!(decisions[4], "denied by policy", "{decisions:?}");
    assert_eq!(shop.sent(), 0);
}

#[tokio::test]
async fn an_answer_that_is_missing_or_unreadable_approves_nothing() {
    let shop = Shop::new();
    let mut peer = Peer::modern(shop.server(), &forms());
    let call = create();
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
