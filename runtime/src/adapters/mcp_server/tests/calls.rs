//! Lists, calls, progress and approval by a client up to 2025-11-25.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::stdio::Peer;
use super::{Decisions, Server};
use crate::adapters::tests::{toolbox, toolbox_over, valid_call};
use crate::agent::{Audit, AuditEntry, AuditStage, Policy, Repair};
use crate::codec::Json;
use crate::tools::ToolFilter;
use crate::transport::{MemoryTransport, MockResponse};

#[derive(Clone, Default)]
struct Outcomes(Arc<Mutex<Vec<&'static str>>>);

impl Audit for Outcomes {
    fn record(&self, entry: &AuditEntry<'_>) -> std::io::Result<()> {
        let outcome = match entry.outcome.as_str() {
            "cancelled" => "cancelled",
            "succeeded" => "succeeded",
            _ => "other",
        };
        if entry.stage == AuditStage::End {
            self.0.lock().unwrap().push(outcome);
        }
        Ok(())
    }
}

#[tokio::test]
async fn the_list_is_paginated() {
    let (toolbox, _) = toolbox(&Json::Null);
    let count = toolbox.tools().count();
    let mut peer = Peer::connect(Server::new(toolbox).page_size(4)).await;
    let mut names = Vec::new();
    let mut params = json!({});
    for id in 1.. {
        let response = peer.ask(id, "tools/list", params).await;
        let page = response["result"]["tools"].as_array().unwrap().clone();
        assert!(page.len() <= 4);
        names.extend(page.iter().map(|tool| tool["name"].to_string()));
        match response["result"].get("nextCursor") {
            Some(cursor) => params = json!({"cursor": cursor}),
            None => break,
        }
    }
    names.dedup();
    assert_eq!(names.len(), count);
    for cursor in ["nowhere", "0", "-1", "+4", "04", "9", "99", ""] {
        let response = peer.ask(99, "tools/list", json!({"cursor": cursor})).await;
        assert_eq!(response["error"]["code"], -32602, "{cursor}");
    }
}

#[tokio::test]
async fn a_cancelled_call_is_dropped_and_the_next_one_served() {
    let (name, arguments) = valid_call();
    let transport = MemoryTransport::respond_with(|_| {
        let record = json!({"id": "prj_1", "name": "A", "env": "live"});
        MockResponse::json(200, &record).after(Duration::from_secs(3600))
    });
    let outcomes = Outcomes::default();
    let toolbox = toolbox_over(&transport).audit(outcomes.clone());
    let mut peer = Peer::connect(Server::new(toolbox)).await;
    let params = json!({"name": name, "arguments": arguments, "_meta": {"progressToken": "p"}});
    peer.send(json!({"id": 7, "method": "tools/call", "params": params}))
        .await;
    let mut messages = Vec::new();
    while messages.last().is_none_or(|last| last != "request sent") {
        let params = &peer.receive().await["params"];
        assert_eq!(params["progressToken"], "p");
        messages.push(params["message"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        messages,
        [format!("{name} started"), "request sent".to_owned()]
    );
    assert_eq!(transport.requests().len(), 1);
    let params = json!({"requestId": 7, "reason": "enough"});
    peer.send(json!({"method": "notifications/cancelled", "params": params}))
        .await;
    let response = peer.ask(8, "tools/list", json!({})).await;
    assert!(response["result"]["tools"].is_array());
    assert_eq!(*outcomes.0.lock().unwrap(), ["cancelled"]);
}

#[tokio::test]
async fn a_denial_by_the_person_at_the_client_is_recorded() {
    let (toolbox, transport) = toolbox(&Json::Null);
    let decisions = Decisions::default();
    let toolbox = toolbox
        .policy(
            Policy::new()
                .require_approval(ToolFilter::all())
                .repair(Repair::Apply),
        )
        .audit(decisions.clone());
    let capabilities = json!({"elicitation": {}});
    let mut peer = Peer::connect_with(Server::new(toolbox), capabilities).await;
    let (name, _) = valid_call();
    let params = json!({"name": name, "arguments": {"ID": "prj_1"}});
    peer.send(json!({"id": 1, "method": "tools/call", "params": params}))
        .await;
    let request = peer.receive().await;
    assert_eq!(request["method"], "elicitation/create");
    let message = request["params"]["message"].as_str().unwrap();
    assert!(
        message.contains(r#"{"id":"prj_1"}"#),
        "as it would be sent: {message}"
    );
    peer.send(json!({"id": request["id"], "result": {"action": "decline"}}))
        .await;
    let result = peer.receive().await["result"].clone();
    assert_eq!(result["isError"], true);
    assert_eq!(result["structuredContent"]["outcome"], "declined");
    assert!(transport.requests().is_empty());
    let decisions = decisions.0.lock().unwrap();
    let expected = [
        "approval_required by policy",
        "declined by the user of test",
    ];
    assert_eq!(*decisions, expected);
}

#[tokio::test]
async fn a_client_that_cannot_ask_gets_a_refusal() {
    let (toolbox, transport) = toolbox(&json!({"id": "prj_1", "name": "A", "env": "live"}));
    let toolbox = toolbox.policy(Policy::new().require_approval(ToolFilter::all()));
    let (name, arguments) = valid_call();
    let mut peer = Peer::connect(Server::new(toolbox)).await;
    let params = json!({"name": name, "arguments": arguments});
    let result = peer.ask(1, "tools/call", params).await["result"].clone();
    assert_eq!(result["isError"], true);
    assert_eq!(result["structuredContent"]["outcome"], "approval_required");
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn structured_content_is_no_larger_than_the_text() {
    let record = |id: usize| json!({"id": format!("prj_{id}"), "name": "A", "env": "live"});
    let records: Vec<Json> = (0..5000).map(record).collect();
    let long = json!({"id": "prj_1", "name": "A".repeat(1 << 20), "env": "live"});
    let responses = [
        (
            "list_all_shop_projects",
            json!({"accountId": "acc_1"}),
            json!({"result": records, "next_cursor": "c2"}),
        ),
        (
            "get_single_shop_project_by_id",
            json!({"id": "prj_1"}),
            long,
        ),
    ];
    for (name, arguments, response) in responses {
        let mut peer = Peer::connect(Server::new(toolbox(&response).0)).await;
        let params = json!({"name": name, "arguments": arguments});
        let result = peer.ask(1, "tools/call", params).await["result"].clone();
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.contains("[truncated: "), "{text}");
        let content = &result["structuredContent"];
        let length = content.to_string().len();
        assert!(length > 50 && length <= 16_000, "{length}");
        // Following the cursor would skip the records that are left out.
        assert_eq!(content.get("next_cursor"), None);
        let first = content.pointer("/result/0").unwrap_or(content);
        assert_eq!(first["env"], "live");
    }
}

#[tokio::test]
async fn a_call_is_made_once_under_the_identifier_in_its_meta() {
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for key in ["toolsmith/call_id", "claudecode/toolUseId"] {
        let (tools, transport) = toolbox(&json!({"id": "prj_1", "name": "A", "env": "live"}));
        let (name, arguments) = valid_call();
        let mut peer = Peer::connect(Server::new(tools)).await;
        let mut call = json!({"name": name, "arguments": arguments});
        call["_meta"] = json!({key: "toolu_1", "traceparent": parent});
        for id in 1..=2 {
            let response = peer.ask(id, "tools/call", call.clone()).await;
            assert_eq!(response["result"]["isError"], false, "{response}");
        }
        let requests = transport.requests();
        assert_eq!(requests.len(), 1, "{key}");
        assert_eq!(requests[0].header("traceparent"), Some(parent));
        // A trace and an identifier that are not valid count as absent.
        call["_meta"] = json!({key: 5, "traceparent": "x"});
        for id in 3..=4 {
            let response = peer.ask(id, "tools/call", call.clone()).await;
            assert_eq!(response["result"]["isError"], false, "{response}");
        }
        assert_eq!(transport.requests().len(), 3, "{key}");
    }
}
