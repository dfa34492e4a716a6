//! The advice for wrong arguments: a model that obeys it sends nothing that was not asked for.

use serde_json::json;

use super::Echo;
use super::warehouse::CATALOG;
use crate::agent::{Policy, Repair, ReplyOutcome, Toolbox};
use crate::functions::Client;
use crate::tools::Full;

fn toolbox(repair: Repair) -> Toolbox {
    let client: Client<Full> = Client::new(&CATALOG, Echo);
    client.toolbox().policy(Policy::new().repair(repair))
}

/// Refused calls, with a text that the reply has, and one that it has not.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    // A name that is turned around, or means another value.
    (
        "delete_orders",
        r#"{"keep_order_ids": ["o1"]}"#,
        "cannot be set here",
        "did you mean",
    ),
    (
        "delete_orders",
        r#"{"exclude_order_ids": ["o1"]}"#,
        "cannot be set here",
        "did you mean",
    ),
    (
        "delete_orders",
        r#"{"exceptOrderIds": ["o1"]}"#,
        "cannot be set here",
        "did you mean",
    ),
    (
        "delete_orders",
        r#"{"!order_ids": ["o1"]}"#,
        "cannot be set here",
        "did you mean",
    ),
    (
        "delete_orders",
        r#"{"order_ids!=": ["o1"]}"#,
        "cannot be set here",
        "did you mean",
    ),
    (
        "refund_order",
        r#"{"order_id": "o1", "max_amount_cents": 5}"#,
        "tell the user",
        "did you mean",
    ),
    (
        "refund_order",
        r#"{"order_id": "o1", "amount": 5}"#,
        "use `amount_cents` instead, and convert the value to its unit",
        "did you mean",
    ),
    (
        "refund_order",
        r#"{"order_id": "o1", "oldReason": "a"}"#,
        "tell the user",
        "did you mean",
    ),
    (
        "refund_order",
        r#"{"order_id": "o1", "refund_reason": "a"}"#,
        "did you mean `reason`?",
        "tell the user",
    ),
    (
        "refund_order",
        r#"{"order_id": "o1", "new_reason": "a"}"#,
        "did you mean `reason`?",
        "tell the user",
    ),
    (
        "refund_order",
        r#"{"order_id": "o1", "reasons": "a", "my_reason": "b"}"#,
        "tell the user",
        "did you mean",
    ),
    (
        "refund_order",
        r#"{"order_id": "o1", "reason": "a", "resaon": "b"}"#,
        "tell the user",
        "did you mean",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_g": 500}"#,
        "use `weight_kg` instead, and convert the value to its unit",
        "required",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "size": {"length_mm": 5}}"#,
        "use `length_cm` instead, and convert the value to its unit",
        "required",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "unlisted": true}"#,
        "tell the user",
        "did you mean",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "listed": true}"#,
        "did you mean `is_listed`?",
        "tell the user",
    ),
    // An identifier, for a list of them.
    (
        "delete_orders",
        r#"{"order_id": "o1"}"#,
        "did you mean `order_ids`?",
        "required",
    ),
    (
        "schedule_pickup",
        r#"{"order_id": "o1"}"#,
        "did you mean `order_ids`?",
        "refund_order",
    ),
    // A secret, and a long value, are not shown as what to write.
    (
        "create_product",
        r#"{"input": {"title": "a", "weight_kg": 5, "key": "live_SECRET"}}"#,
        "move its fields to the top level, with the same values",
        "hidden",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "attributes": "{\"password\": \"live_SECRET\"}"}"#,
        "write the same value as an object",
        "; write {",
    ),
    // A list for a map.
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "attributes": [{"name": "Colour", "value": "red"}]}"#,
        r#"write {"Colour":"red"}"#,
        r#"write {"name""#,
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "attributes": [{"sku": "a", "label": "b"}]}"#,
        "expected an object",
        "; write",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "attributes": [{"colour": "red"}]}"#,
        r#"write {"colour":"red"}"#,
        "required",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "stock": [{"sku": "a", "count": 5}]}"#,
        "expected an object",
        "; write",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "size": [{"length_cm": 5, "width_cm": 6}]}"#,
        r#"write {"length_cm":5,"width_cm":6}"#,
        "required",
    ),
    // A wish is not dropped without a word.
    (
        "update_product",
        r#"{"title": "a", "weight_kg": 5, "key": null}"#,
        "it cannot be cleared here: leaving it out keeps its value",
        "; leave it out",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "key": null}"#,
        "; leave it out",
        "tell the user",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "size": {"length_cm": 5, "gte": 3}}"#,
        "If the user asked for it, tell the user",
        "did you mean",
    ),
    // What is inside is not missing.
    (
        "create_product",
        r#"{"product": {"title": "a"}}"#,
        "/weight_kg: required",
        "/title: required",
    ),
    (
        "create_product",
        r#"{"updates": {"title": "a", "weight_kg": 5}}"#,
        "to the top level",
        "required",
    ),
    (
        "create_product",
        r#"{"body": {"title": "a"}, "query": {"weight_kg": 5}}"#,
        "to the top level",
        "required",
    ),
    // Flat names.
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "codes[0]": "a", "codes[1]": "b"}"#,
        r#"write {"codes":["a","b"]}"#,
        "tell the user",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "size.length_cm": 5, "size[width_cm]": 6}"#,
        r#"write {"size":{"length_cm":5,"width_cm":6}}"#,
        "tell the user",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "size_length_cm": 5}"#,
        r#"write {"size":{"length_cm":5}}"#,
        "tell the user",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "attributes.colour": "red"}"#,
        r#"write {"attributes":{"colour":"red"}}"#,
        "tell the user",
    ),
    (
        "create_product",
        r#"{"title": "a", "weight_kg": 5, "size.colour": "red"}"#,
        "tell the user",
        "; write",
    ),
];

#[tokio::test]
async fn obeying_a_reply_sends_only_what_was_asked_for() {
    let tools = toolbox(Repair::Refuse);
    let mut wrong = Vec::new();
    for (tool, arguments, said, unsaid) in REFUSED {
        let reply = tools.call(tool, *arguments).await;
        let (text, json) = (reply.text(), reply.to_json().to_string());
        let is_right = reply.outcome().as_str() == "refused"
            && text.contains(said)
            && !text.contains(unsaid)
            && !text.contains("SECRET")
            && !json.contains("SECRET");
        if !is_right {
            wrong.push(format!("{arguments}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_long_value_is_not_shown_in_part() {
    let codes: Vec<String> = (0..40)
        .map(|code| format!("code-{code}@example.com"))
        .collect();
    let codes = serde_json::to_string(&codes).unwrap();
    let arguments = json!({"title": "a", "weight_kg": 5, "codes": codes}).to_string();
    let reply = toolbox(Repair::Refuse)
        .call("create_product", arguments)
        .await;
    let text = reply.text();
    assert!(
        text.ends_with("; write the same value as an array"),
        "{text}"
    );
}

#[tokio::test]
async fn a_correction_keeps_what_was_meant() {
    for (tool, arguments, sent) in [
        (
            "create_product",
            json!({"title": "a", "weight_kg": 5, "attributes": [{"name": "A", "value": "b"}]}),
            Some(json!({"title": "a", "weight_kg": 5, "attributes": {"A": "b"}})),
        ),
        (
            "create_product",
            json!({"title": "a", "weight_kg": 5, "attributes": [{"sku": "A", "label": "b"}]}),
            None,
        ),
        (
            "create_product",
            json!({"title": "a", "weight_kg": 5, "key": null}),
            Some(json!({"title": "a", "weight_kg": 5})),
        ),
        (
            "update_product",
            json!({"title": "a", "weight_kg": 5, "key": null}),
            None,
        ),
    ] {
        let reply = toolbox(Repair::Apply)
            .call(tool, arguments.to_string())
            .await;
        let found = match reply.outcome() {
            ReplyOutcome::Succeeded(found) => Some(found.clone()),
            _ => None,
        };
        assert_eq!(found, sent, "{arguments}: {reply}");
    }
}
