//! The toolbox on tools whose arguments are lists, which The Auth API does not destroy by.

mod advice;
mod approvals;
mod call_ids;
mod calls;
mod error_contexts;
mod hidden;
mod join;
mod limits;
#[cfg(feature = "schemars")]
mod own_tools;
mod tools;
mod unknown_effect;
mod unsent;
mod warehouse;

use serde_json::{Value as Json, json};

use super::{Policy, Repair, ReplyOutcome, Toolbox};
use crate::functions::{Client, FunctionHandler, HandlerError};
use crate::tools::Full;
use tools::CATALOG;

/// Replies with the arguments that were sent.
struct Echo;

impl FunctionHandler for Echo {
    async fn call(&self, _name: &str, arguments: Json) -> Result<Json, HandlerError> {
        Ok(arguments)
    }
}

fn toolbox(repair: Repair) -> Toolbox {
    let client: Client<Full> = Client::new(&CATALOG, Echo);
    client.toolbox().policy(Policy::new().repair(repair))
}

/// Returns the arguments that were sent, or the advice of the first problem.
async fn call(tool: &str, arguments: &str, repair: Repair) -> Result<Json, String> {
    let reply = toolbox(repair).call(tool, arguments).await;
    match reply.outcome() {
        ReplyOutcome::Succeeded(response) => Ok(response.clone()),
        ReplyOutcome::Refused(refusal) => {
            let [fault] = refusal.faults.as_slice() else {
                panic!("one problem: {reply}");
            };
            Err(fault
                .advice
                .as_ref()
                .map_or_else(String::new, ToString::to_string))
        }
        other => panic!("{other:?}"),
    }
}

/// Arguments whose form may turn their meaning around: the tool and the arguments.
const AMBIGUOUS: &[(&str, &str)] = &[
    ("delete_many", r#"{"exclude": {"ids": ["a"]}}"#),
    ("delete_many", r#"{"except": "{\"ids\": [\"a\"]}"}"#),
    ("delete_many", r#"{"keep": {"ids": ["a"]}}"#),
    ("delete_many", r#"{"data": {"exclude": {"ids": ["a"]}}}"#),
    ("delete_many", r#"{"!ids": ["a"]}"#),
    ("delete_many", r#"{"ids!": ["a"]}"#),
    ("delete_many", r#"{"!data": {"ids": ["a"]}}"#),
    ("list_all", r#"{"not": {"limit": 5}}"#),
    ("list_all", r#"{"old": {"limit": 5}}"#),
    ("list_all", r#"{"limit<": 5}"#),
    ("list_all", r#"{"-limit": 5}"#),
    ("label_all", r#"{"ids": ["a"], "tags": ["-red"]}"#),
    ("label_all", r#"{"ids": ["a"], "tags": ["!Red"]}"#),
];

#[tokio::test]
async fn what_may_mean_the_opposite_is_not_corrected() {
    for (tool, arguments) in AMBIGUOUS {
        let reply = toolbox(Repair::Apply).call(tool, *arguments).await;
        assert_eq!(reply.outcome().as_str(), "refused", "{tool} {arguments}");
        assert!(
            !reply
                .text()
                .contains("move its contents to the top level: {\"ids\"")
                && !reply
                    .text()
                    .contains("move its contents to the top level: {\"limit\""),
            "{arguments}: {reply}"
        );
    }
    let text = r#""{\"ids\": [\"Ann Smith\"], \"tags\": None}""#;
    let sent = call("label_all", text, Repair::Apply).await;
    assert_eq!(sent, Ok(json!({"ids": ["Ann Smith"]})));
}

/// The value of `ids` or another list, as JSON; the list that is sent under `Repair::Apply`, or the
/// advice.
const LISTS: &[(&str, &str, Result<&str, &str>)] = &[
    ("ids", r#""a""#, Ok(r#"["a"]"#)),
    (
        "ids",
        r#""a,b""#,
        Err(r#"write ["a","b"] or ["a,b"], depending on what is meant"#),
    ),
    (
        "ids",
        r#""a, b""#,
        Err(r#"write ["a","b"] or ["a, b"], depending on what is meant"#),
    ),
    (
        "ids",
        r#""a b""#,
        Err(r#"write ["a","b"] or ["a b"], depending on what is meant"#),
    ),
    (
        "ids",
        r#""a\nb""#,
        Err(r#"write ["a","b"] or ["a\nb"], depending on what is meant"#),
    ),
    (
        "ids",
        r#""a;b""#,
        Err(r#"write ["a","b"] or ["a;b"], depending on what is meant"#),
    ),
    (
        "ids",
        r#""""#,
        Err("write each value as an element of a JSON array"),
    ),
    (
        "ids",
        r#""null""#,
        Err("write each value as an element of a JSON array"),
    ),
    (
        "ids",
        r#""*""#,
        Err("write each value as an element of a JSON array"),
    ),
    (
        "ids",
        r#""all""#,
        Err("write each value as an element of a JSON array"),
    ),
    ("ids", r#""[a, b]""#, Err(r#"write ["a","b"]"#)),
    ("ids", r#""['a', 'b']""#, Err(r#"write ["a","b"]"#)),
    ("ids", r#""[\"a\", \"b\"]""#, Ok(r#"["a","b"]"#)),
    ("ids", r#"{"item": "a"}"#, Err("")),
    ("ids", r#"{"0": "a"}"#, Err("")),
    ("ids", r#"[["a"]]"#, Ok(r#"["a"]"#)),
    ("ids", r#"["a,b"]"#, Ok(r#"["a,b"]"#)),
    ("ids", "true", Err("")),
    ("ids", "5", Ok(r#"["5"]"#)),
    ("ids", r#"[{"id": "a"}]"#, Err("")),
    ("tags", r#""red,green""#, Err(r#"write ["red","green"]"#)),
    ("tags", r#""red, green""#, Err(r#"write ["red","green"]"#)),
    ("tags", r#""Red""#, Ok(r#"["red"]"#)),
    ("tags", r#""""#, Err("leave it out")),
    ("tags", "null", Ok("absent")),
    ("numbers", r#""1,2,3""#, Err("write [1,2,3]")),
    ("numbers", r#""5""#, Ok("[5]")),
    ("numbers", "5", Ok("[5]")),
    ("numbers", r#"["1", 2]"#, Ok("[1,2]")),
];

#[tokio::test]
async fn a_string_for_a_list_is_corrected_only_if_it_means_one_thing() {
    for (name, value, expected) in LISTS {
        let mut arguments = json!({"ids": ["a"]});
        arguments[*name] = serde_json::from_str(value).unwrap();
        let found = call("label_all", &arguments.to_string(), Repair::Apply).await;
        let found = found.map(|sent| {
            sent.get(*name)
                .map_or_else(|| "absent".to_owned(), Json::to_string)
        });
        assert_eq!(
            found.as_deref().map_err(String::as_str),
            *expected,
            "{name}: {value}"
        );
    }
}

#[tokio::test]
async fn a_tool_that_destroys_takes_no_value_for_a_list() {
    for (value, expected) in [
        (r#""a""#, Err(r#"write ["a"]"#)),
        (
            r#""a,b""#,
            Err(r#"write ["a","b"] or ["a,b"], depending on what is meant"#),
        ),
        ("5", Err(r#"write ["5"]"#)),
        (r#""[\"a\"]""#, Ok(())),
        (r#"["a"]"#, Ok(())),
    ] {
        let arguments = format!("{{\"ids\": {value}}}");
        let found = call("delete_many", &arguments, Repair::Apply).await;
        assert_eq!(
            found.as_ref().map(|_| ()).map_err(String::as_str),
            expected,
            "{value}"
        );
        assert_eq!(
            call("delete_many", &arguments, Repair::Refuse)
                .await
                .is_ok(),
            value.starts_with('['),
            "{value}"
        );
    }
}

#[tokio::test]
async fn wrapped_arguments_are_unwrapped_or_explained() {
    let top = r#"move its contents to the top level: {"limit":5}"#;
    for (arguments, is_sent) in [
        (r#"{"arguments": {"limit": 5}}"#, true),
        (r#"{"arguments": "{\"limit\": 5}"}"#, true),
        (r#"{"input": {"limit": 5}}"#, true),
        (r#"{"list_all": {"limit": 5}}"#, true),
        (r#"{"filter": {"limit": 5}}"#, false),
        (r#"{"newValues": {"limit": 5}}"#, false),
        (r#"{"all": "{\"limit\": 5}"}"#, false),
        (r#"{"name": "list_all", "arguments": {"limit": 5}}"#, true),
        (r#"{"limit": 6, "arguments": {"limit": 5}}"#, false),
    ] {
        let sent = call("list_all", arguments, Repair::Apply).await;
        assert_eq!(
            sent == Ok(json!({"limit": 5})),
            is_sent,
            "{arguments}: {sent:?}"
        );
        let refused = toolbox(Repair::Refuse).call("list_all", arguments).await;
        assert!(refused.text().contains(top), "{arguments}: {refused}");
        assert!(!refused.text().contains("leave it out"), "{refused}");
    }
    // Nothing in a wrapper is nothing.
    assert_eq!(
        call("ping", r#"{"arguments": {}}"#, Repair::Apply).await,
        Ok(json!({}))
    );
    for nothing in [
        "",
        "null",
        r#""""#,
        r#""null""#,
        "[]",
        "{}",
        "\u{feff}{}",
        "\u{feff}",
    ] {
        assert_eq!(
            call("ping", nothing, Repair::Refuse).await,
            Ok(json!({})),
            "{nothing}"
        );
    }
}
