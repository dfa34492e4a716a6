//! Tools that the program carries out itself.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::super::{JoinError, Policy, Repair, Reply, ReplyOutcome, Tool, Toolbox};
use super::Echo;
use super::tools::CATALOG;
use crate::functions::Client;
use crate::tools::{Effect, ToolFilter};

/// Arguments as programs declare them.
#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "the fields are for the schema")]
struct Note {
    /// The text of the note.
    #[schemars(length(min = 1))]
    text: String,
    /// The urgency, from 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    urgency: u8,
    color: Option<Color>,
    #[serde(default)]
    tags: Vec<String>,
    place: Option<Place>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Color {
    Red,
    DarkBlue,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "the fields are for the schema")]
enum Place {
    Room { number: u32 },
    Address { street: String },
}

fn note() -> Tool {
    Tool::from_fn("add_note", "Adds a note.", |note: Note| async move {
        Ok::<_, Infallible>(json!({"added": note.text}))
    })
}

fn tools(tools: impl IntoIterator<Item = Tool>) -> Toolbox {
    Toolbox::of("own", tools).unwrap()
}

/// Returns the problems of a refusal, one line each.
fn problems(reply: &Reply) -> Vec<String> {
    let ReplyOutcome::Refused(refusal) = reply.outcome() else {
        panic!("{reply}");
    };
    let faults = refusal.faults.iter();
    faults.map(ToString::to_string).collect()
}

/// Arguments and their problems.
const REFUSED: &[(&str, &[&str])] = &[
    (
        r#"{"urgency": 3}"#,
        &["/text: required, but missing; expected a string of at least 1 character"],
    ),
    (
        r#"{"text": "a", "urgency": 9}"#,
        &["/urgency: expected at most 5, found 9"],
    ),
    (
        r#"{"text": "a", "urgency": []}"#,
        &["/urgency: expected an integer from 1 to 5, found []"],
    ),
    (
        r#"{"text": "a", "urgency": "3"}"#,
        &[r#"/urgency: expected an integer from 1 to 5, found "3"; write 3"#],
    ),
    (
        r#"{"text": "a", "urgency": 1, "colour": "red"}"#,
        &["/colour: no such argument; did you mean `color`?"],
    ),
    (
        r#"{"text": "a", "urgency": 1, "color": "Red"}"#,
        &[r#"/color: expected one of "red", "dark_blue", found "Red"; did you mean "red"?"#],
    ),
    (
        r#"{"text": "a", "urgency": 1, "tags": null}"#,
        &["/tags: null is not allowed; leave it out"],
    ),
    (
        r#"{"text": "a", "urgency": 1, "tags": "x"}"#,
        &[r#"/tags: expected an array, found "x"; write ["x"]"#],
    ),
    (
        r#"{"text": "a", "urgency": 1, "place": {"kind": "garden"}}"#,
        &[r#"/place/kind: expected one of "room", "address", found "garden""#],
    ),
    (
        r#"{"text": "a", "urgency": 1, "place": {"kind": "room", "nmber": 3}}"#,
        &["/place/nmber: no such argument; did you mean `number`?"],
    ),
    (
        r#"{"text": "", "urgency": 0.5}"#,
        &[
            r#"/text: expected at least 1 character, found """#,
            "/urgency: expected an integer from 1 to 5, found 0.5",
        ],
    ),
];

#[tokio::test]
async fn wrong_arguments_are_refused_with_suggestions() {
    let toolbox = tools([note()]);
    for (arguments, expected) in REFUSED {
        let reply = toolbox.call("add_note", *arguments).await;
        let mut found = problems(&reply);
        found.sort_unstable();
        assert_eq!(found, *expected, "{arguments}");
    }
    let right =
        r#"{"text": "a", "urgency": 5, "color": null, "place": {"kind": "room", "number": 3}}"#;
    let reply = toolbox.call("add_note", right).await;
    assert_eq!(reply.text(), r#"{"added":"a"}"#);
}

#[tokio::test]
async fn arguments_are_repaired_if_the_policy_says_so() {
    let toolbox = tools([note()]).policy(Policy::new().repair(Repair::Apply));
    let slips =
        r#"{"arguments": {"text": "a", "urgency": "3", "color": "dark-blue", "tags": "x"}}"#;
    let reply = toolbox.call("add_note", slips).await;
    assert!(reply.text().starts_with(r#"{"added":"a"}"#), "{reply}");
    assert_eq!(reply.repairs().len(), 4, "{reply}");
}

#[tokio::test]
async fn policies_apply_to_functions_as_to_other_tools() {
    let made = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&made);
    let schema = json!({"type": "object", "properties": {"pin": {"type": "string"}}});
    let wipe = Tool::from_json_fn("wipe", "Wipes.", schema, move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, Infallible>(json!({"pin": "1234", "token": "abc"})) }
    });
    let wipe = wipe
        .effect(Effect::Destroys)
        .tags(["danger"])
        .secret_fields(["pin"]);
    let now = Tool::from_fn("now", "The time.", |()| async {
        Ok::<_, Infallible>("12:00")
    });
    let toolbox = tools([wipe, now.effect(Effect::Reads)]);
    let arguments = json!({"pin": "s3"});
    let count = || made.load(Ordering::Relaxed);

    for policy in [
        Policy::new().allow(!ToolFilter::tag("danger")),
        Policy::new().allow(ToolFilter::reads()),
        Policy::new().require_approval(ToolFilter::catalog("own")),
        Policy::new().dry_run(ToolFilter::destroys()),
        Policy::new().max_calls_for(ToolFilter::mutating(), 0),
    ] {
        let reply = toolbox
            .clone()
            .policy(policy)
            .call("wipe", &arguments)
            .await;
        assert!(
            !matches!(reply.outcome(), ReplyOutcome::Succeeded(_)),
            "{reply}"
        );
    }
    assert_eq!(count(), 0);
    let asking = toolbox
        .clone()
        .policy(Policy::new().require_approval(ToolFilter::all()));
    let reply = asking.call_approved("wipe", &arguments, "ann").await;
    assert_eq!(count(), 1);
    let expected = json!({"pin": "[hidden]", "token": "[hidden]"});
    assert!(
        matches!(reply.outcome(), ReplyOutcome::Succeeded(response) if *response == expected),
        "{reply}"
    );
    let refused = toolbox.call("wipe", json!({"pin": 1234})).await;
    assert!(refused.text().contains("found [hidden]"), "{refused}");
    assert_eq!(toolbox.call("now", "").await.text(), "12:00");
    // By default, a function writes.
    assert_eq!(
        tools([note()]).tool("add_note").unwrap().effect,
        Effect::Writes
    );
}

#[tokio::test]
async fn errors_and_panics_are_replies_and_leave_the_toolbox_alive() {
    let schema = json!({"type": "object", "properties": {"how": {"type": "string"}}});
    let fail = Tool::from_json_fn("fail", "Fails.", schema, |arguments: Json| {
        let how = arguments["how"].as_str().unwrap_or_default().to_owned();
        assert_ne!(how, "panic before", "s3cr3t");
        async move {
            match how.as_str() {
                "panic" => panic!("s3cr3t"),
                "error" => Err(r#"{"token": "s3cr3t", "reason": "closed"}"#),
                _ => Ok(true),
            }
        }
    });
    let toolbox = tools([fail]);
    for (how, expected) in [
        ("panic before", "the function panicked"),
        ("panic", "the function panicked"),
        ("error", "closed"),
    ] {
        let reply = toolbox.call("fail", json!({"how": how})).await;
        assert!(
            matches!(reply.outcome(), ReplyOutcome::Failed(_)),
            "{reply}"
        );
        assert!(
            reply
                .text()
                .starts_with("fail: the tool failed with the message"),
            "{reply}"
        );
        assert!(reply.text().contains(expected), "{reply}");
        assert!(!reply.text().contains("s3cr3t"), "{reply}");
    }
    assert_eq!(toolbox.call("fail", "{}").await.text(), "true");
}

#[test]
fn definitions_that_cannot_be_tools_are_refused() {
    let function = |_: Json| async { Ok::<_, Infallible>(()) };
    for (name, schema, expected) in [
        ("", json!({}), "the name must be 1 to 128 characters"),
        ("a b", json!({}), "the name must be 1 to 128 characters"),
        ("a", json!({"type": "array"}), "does not describe an object"),
        ("a", json!(7), "does not describe an object"),
        (
            "a",
            json!({"properties": {"x": {"type": "text"}}}),
            "is invalid at `/properties/x/type`",
        ),
        (
            "a",
            json!({"$ref": "https://example.com/other.json"}),
            "is invalid at",
        ),
        (
            "a",
            json!({"properties": {"x": {"$ref": "#/$defs/None"}}}),
            "is invalid at",
        ),
    ] {
        let error = Toolbox::of(
            "own",
            [Tool::from_json_fn(name, "", schema.clone(), function)],
        );
        let error = error.unwrap_err();
        assert!(matches!(error, JoinError::Definition { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{schema}: {error}");
    }
    let twice = [note(), note()];
    let error = Toolbox::of("own", twice).unwrap_err().to_string();
    assert_eq!(
        error,
        "the function `add_note`: another function of the same toolbox has this name"
    );
}

#[tokio::test]
async fn equal_definitions_of_different_functions_do_not_mix() {
    let tool = |answer: &'static str| {
        let answer = move |_: Json| async move { Ok::<_, Infallible>(answer) };
        tools([Tool::from_json_fn("who", "", json!({}), answer)])
    };
    let (one, other) = (tool("one"), tool("other"));
    assert!(std::ptr::eq(
        one.tool("who").unwrap(),
        other.tool("who").unwrap()
    ));
    assert_eq!(one.call("who", "").await.text(), "one");
    assert_eq!(other.call("who", "").await.text(), "other");
    let both = Toolbox::join([one.named("a"), other.named("b")]).unwrap();
    assert_eq!(both.call("a_who", "").await.text(), "one");
    assert_eq!(both.call("b_who", "").await.text(), "other");
}

#[tokio::test]
async fn functions_join_a_generated_catalog() {
    let ping = Tool::from_fn("ping", "Pings.", |()| async { Ok::<_, Infallible>("own") });
    let toolbox = [Client::new(&CATALOG, Echo).toolbox(), tools([ping, note()])];
    let toolbox = Toolbox::join(toolbox).unwrap();
    assert_eq!(toolbox.call("own_ping", "").await.text(), "own");
    let unknown = toolbox.call("ad_note", "{}").await;
    assert_eq!(
        unknown.text(),
        "there is no tool \"ad_note\"; did you mean `add_note`?"
    );
}
