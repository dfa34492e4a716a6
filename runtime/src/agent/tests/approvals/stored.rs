//! Requests as data, and changes of it.

use serde_json::{Value as Json, json};

use super::{CREATE, Store, ask, ok, process, resume, shared};
use crate::agent::tests::calls::client;
use crate::agent::{ApprovalProblem, ApprovalRequest, Approvals};
use crate::context::IdempotencyKey;

/// A change of a stored request, and the reason for which it is refused.
const CHANGES: &[(&str, &str, ApprovalProblem)] = &[
    ("/arguments/name", r#""B""#, ApprovalProblem::OtherArguments),
    (
        "/arguments/env",
        r#""live""#,
        ApprovalProblem::OtherArguments,
    ),
    ("/arguments", "[]", ApprovalProblem::OtherArguments),
    (
        "/tool/name",
        r#""create_a_shop_key""#,
        ApprovalProblem::OtherTool,
    ),
    (
        "/tool/title",
        r#""Read a project""#,
        ApprovalProblem::OtherCall,
    ),
    ("/tool/effect", r#""reads""#, ApprovalProblem::OtherCall),
    ("/account", r#""acc_552""#, ApprovalProblem::OtherCall),
    ("/account", "null", ApprovalProblem::OtherCall),
    ("/catalog", r#""files""#, ApprovalProblem::OtherCall),
    ("/principal", r#""eve""#, ApprovalProblem::OtherPrincipal),
    ("/principal", "null", ApprovalProblem::OtherPrincipal),
    ("/session", r#""chat-8""#, ApprovalProblem::OtherCall),
    ("/call_id", r#""call_2""#, ApprovalProblem::OtherCall),
    (
        "/idempotency_key",
        r#""another""#,
        ApprovalProblem::OtherCall,
    ),
    ("/idempotency_key", "null", ApprovalProblem::OtherCall),
    ("/expires_at", "9999999999999", ApprovalProblem::Forged),
    (
        "/id",
        r#""00000000000000000000000000000000""#,
        ApprovalProblem::Forged,
    ),
    ("/seal", r#""""#, ApprovalProblem::Forged),
    ("/seal", r#""AAAA""#, ApprovalProblem::Forged),
];

#[tokio::test]
async fn a_changed_request_is_refused() {
    let (store, transport) = (Store::default(), ok());
    let (tools, stored) = process(&client(&transport, "acc_551"), shared(&store));
    let request = serde_json::to_value(ask(&tools, &stored).await).unwrap();
    for (pointer, value, problem) in CHANGES {
        let mut changed = request.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[name] = serde_json::from_str(value).unwrap();
        let changed: ApprovalRequest = serde_json::from_value(changed).unwrap();
        assert_eq!(
            resume(&tools, &changed).await,
            Err(*problem),
            "{pointer} {value}"
        );
    }
    // Every bit of the seal counts.
    let seal = request["seal"].as_str().unwrap();
    for index in (0..seal.len()).step_by(11) {
        let other = if seal[index..].starts_with('A') {
            "B"
        } else {
            "A"
        };
        let mut forged = request.clone();
        forged["seal"] = format!("{}{other}{}", &seal[..index], &seal[index + 1..]).into();
        let forged: ApprovalRequest = serde_json::from_value(forged).unwrap();
        let refused = resume(&tools, &forged).await;
        assert_eq!(refused, Err(ApprovalProblem::Forged), "{index}");
    }
    assert!(transport.requests().is_empty());
    for broken in [
        "/tool",
        "/arguments",
        "/expires_at",
        "/seal",
        "/id",
        "/tool/effect",
    ] {
        let mut broken_request = request.clone();
        *broken_request.pointer_mut(broken).unwrap() = Json::from("x");
        let read = serde_json::from_value::<ApprovalRequest>(broken_request);
        let is_text = ["/seal", "/id", "/arguments"].contains(&broken);
        assert_eq!(read.is_ok(), is_text, "{broken}");
    }
    // Other members and another order change nothing.
    let mut same = request.clone();
    same["note"] = "of the database".into();
    let same: ApprovalRequest = serde_json::from_str(&same.to_string()).unwrap();
    assert_eq!(resume(&tools, &same).await, Ok("succeeded"));
}

#[tokio::test]
async fn a_request_is_serialized_without_loss() {
    let (tools, stored) = process(&client(&ok(), "acc_551"), Approvals::new());
    let request = ask(&tools, &stored).await;
    let json = serde_json::to_value(&request).unwrap();
    let key = request
        .context
        .idempotency_key
        .as_ref()
        .map(IdempotencyKey::as_str);
    assert_eq!(json["idempotency_key"].as_str(), key);
    assert_eq!(
        json["tool"],
        json!({"name": CREATE, "title": request.tool.title, "effect": "writes"})
    );
    assert_eq!(json["principal"], "ann");
    let printed = format!("{request:?}");
    assert!(!printed.contains(&request.seal), "{printed}");
    let question = request.question();
    assert!(
        question.contains("changes data") && question.contains("acc_1"),
        "{question}"
    );
}
