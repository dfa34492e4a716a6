//! The wording of every reply that a model can get: the table in `docs/replies.md`.

use std::path::Path;
use std::time::Duration;

use generated::the_auth_api::Client;
use serde_json::{Value, json};
use toolsmith_runtime::agent::{
    Approval, ApprovalRequest, CallLimit, OutputLimit, Policy, Repair, ReplyOutcome, Toolbox,
};
use toolsmith_runtime::error::TransportErrorKind;
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};
use toolsmith_runtime::{Redactor, RetryPolicy, ToolFilter};
use toolsmith_testkit::golden::assert_golden;

use super::table::Table;
use crate::setup;

/// The page of the docs.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/replies.md");

const INTRODUCTION: &str = "# Replies to a model

Every kind of text that a [`Toolbox`](guide/agents.md) gives to a model, on the tools of The Auth API. Each
problem of a call has one piece of advice. A test makes these calls and compares this page;
`GOLDEN=overwrite cargo test -p toolsmith-tests --test it agent::replies` renews it.
";

const REFUSED: &str = include_str!("../../corpus/refused_calls.txt");
const FAILED: &str = include_str!("../../corpus/failed_calls.txt");
const ANSWERED: &str = include_str!("../../corpus/answered_calls.txt");

const CREATE_ACCOUNT: &str = "create_a_the_auth_api_account";
const DELETE_PROJECT: &str = "delete_a_the_auth_api_project_by_id";
const GET_KEY: &str = "get_single_the_auth_api_api_key_by_id";
const GET_PROJECT: &str = "get_single_the_auth_api_project_by_id";
const INVITE: &str = "create_a_the_auth_api_invitation";
const LIST_ACCOUNTS: &str = "list_all_the_auth_api_accounts";
const LIST_PROJECTS: &str = "list_all_the_auth_api_projects";
const ROTATE: &str = "create_a_the_auth_api_api_key_rotate";
const UPDATE_KEY: &str = "update_a_the_auth_api_api_key_by_id";

/// Makes the response of the API.
type Respond = Box<dyn Fn() -> MockResponse + Send + Sync>;

/// Returns the rows of a table of calls.
fn rows<const COLUMNS: usize>(table: &'static str) -> Vec<[&'static str; COLUMNS]> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<&str> = row.splitn(COLUMNS, " | ").collect();
        cells.try_into().expect(row)
    })
    .collect()
}

#[tokio::test]
async fn replies_match_the_docs() {
    let mut page = INTRODUCTION.to_owned();
    refused().await.write(&mut page);
    corrected().await.write(&mut page);
    identifiers().await.write(&mut page);
    decided().await.write(&mut page);
    failed().await.write(&mut page);
    answered().await.write(&mut page);
    assert_golden(Path::new(PAGE), &page);
}

async fn refused() -> Table {
    let mut table = Table::new("Refused calls", "Nothing was sent.");
    let (tools, sent) = toolbox(ok(&json!({})));
    for [title, tool, arguments] in rows(REFUSED) {
        let reply = tools.call(tool, arguments).await;
        let is_refused = matches!(
            reply.outcome(),
            ReplyOutcome::Refused(_)
                | ReplyOutcome::Unreadable { .. }
                | ReplyOutcome::Unknown { .. }
        );
        assert!(is_refused, "{title}: {reply}");
        for line in reply.text().lines() {
            let advice = [
                "leave it out",
                "did you mean",
                "; write ",
                "; call ",
                " first",
            ];
            let count: usize = advice
                .iter()
                .map(|advice| line.matches(advice).count())
                .sum();
            let is_one = count <= 1 || line.contains("; call ") && count == 2;
            assert!(
                is_one || line.contains("for the first page"),
                "{title}: {line}"
            );
        }
        table.add(title, tool, arguments, reply.text());
    }
    assert!(sent.requests().is_empty());
    table
}

async fn corrected() -> Table {
    let text = "With `Policy::repair(Repair::Apply)`, the call is made, and the reply says what was corrected.";
    let mut table = Table::new("Corrected arguments", text);
    let emails = r#"{"emails": "a@example.com", "role": "MEMBER"}"#;
    for (title, tool, arguments) in [
        ("another type", LIST_ACCOUNTS, r#"{"limit": "5"}"#),
        ("null", LIST_ACCOUNTS, r#"{"limit": null}"#),
        ("an empty cursor", LIST_ACCOUNTS, r#"{"next_cursor": ""}"#),
        (
            "another spelling",
            LIST_PROJECTS,
            r#"{"account_id": "acc_1"}"#,
        ),
        (
            "a wrapper",
            LIST_ACCOUNTS,
            r#"{"arguments": {"limit": "5"}}"#,
        ),
        ("a value for a list", INVITE, emails),
    ] {
        let (tools, sent) = toolbox(ok(&json!({"id": "x_1"})));
        let tools = tools.policy(Policy::new().repair(Repair::Apply));
        let reply = tools.call(tool, arguments).await;
        assert!(!reply.is_error() && sent.requests().len() == 1, "{reply}");
        table.add(title, tool, arguments, reply.text());
    }
    table
}

async fn identifiers() -> Table {
    let mut table = Table::new(
        "Identifiers of another kind",
        "The toolbox has seen them before.",
    );
    let projects = json!({"result": [{"id": "prj_1"}, {"id": "prj_2"}, {"id": "prj_3"}]});
    let (tools, _) = toolbox(ok(&projects));
    let listed = tools.call(LIST_PROJECTS, r#"{"accountId": "acc_1"}"#).await;
    assert!(!listed.is_error(), "{listed}");
    let arguments = r#"{"accountId": "prj_2"}"#;
    let reply = tools.call(LIST_PROJECTS, arguments).await;
    table.add(
        "an identifier that was listed",
        LIST_PROJECTS,
        arguments,
        reply.text(),
    );
    table
}

async fn decided() -> Table {
    let mut table = Table::new("Decisions", "");
    let arguments = r#"{"id": "prj_1"}"#;
    let (tools, _) = toolbox(ok(&json!({"id": "prj_1"})));
    let decline = |_: ApprovalRequest| async {
        Approval::Declined {
            by: "ann".to_owned(),
            reason: "it is in use".to_owned(),
        }
    };
    let store = |_: ApprovalRequest| async { Ok(()) };
    let grant = |_: ApprovalRequest| async {
        Approval::Granted {
            by: "ann".to_owned(),
            reason: "but only this one".to_owned(),
        }
    };
    let all = ToolFilter::all;
    let window = Duration::from_secs(3_600);
    let limited = Policy::new().limit(CallLimit::new(1).within(window));
    let first = tools.clone().policy(limited.clone());
    assert!(!first.call(DELETE_PROJECT, arguments).await.is_error());
    for (title, policy) in [
        ("not allowed", Policy::new().allow(ToolFilter::reads())),
        ("no more calls", Policy::new().max_calls(0)),
        ("no more calls for a while", limited),
        ("approval required", Policy::new().require_approval(all())),
        ("pending", Policy::new().approve_later(all(), store)),
        ("declined", Policy::new().approve_with(all(), decline)),
        (
            "approved with a reason",
            Policy::new().approve_with(all(), grant),
        ),
        ("dry run", Policy::new().dry_run(all())),
    ] {
        let tools = tools.clone().policy(policy);
        let reply = tools.call(DELETE_PROJECT, arguments).await;
        let text = with_one_wait(reply.text());
        table.add(title, DELETE_PROJECT, arguments, &text);
    }
    table
}

/// Returns a text with the same wait each time: it depends on the time between two calls.
fn with_one_wait(text: &str) -> String {
    let parts = text.split_once("possible in ");
    let parts = parts.and_then(|(before, rest)| Some((before, rest.split_once(" s;")?.1)));
    match parts {
        Some((before, after)) => format!("{before}possible in 3600 s;{after}"),
        None => text.to_owned(),
    }
}

async fn failed() -> Table {
    let mut table = Table::new("Failed calls", "");
    for [title, tool, arguments, status, text] in rows(FAILED) {
        let mut error = json!({"truto_is_remote_error": true});
        let fields: Value = serde_json::from_str(text).unwrap();
        error
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        let status: u16 = status.parse().unwrap();
        let names_wait = matches!(status, 429 | 500) || title.ends_with("that names a wait");
        let respond = move || {
            let response = MockResponse::json(status, &error);
            if names_wait {
                response.header("retry-after", "7")
            } else {
                response
            }
        };
        let (tools, _) = toolbox(Box::new(respond));
        let reply = tools.call(tool, arguments).await;
        assert!(reply.is_error(), "{title}: {reply}");
        table.add(title, tool, arguments, reply.text());
    }
    for (title, kind) in [
        ("no connection", TransportErrorKind::Connect),
        ("no secure connection", TransportErrorKind::Tls),
        ("a lost connection", TransportErrorKind::Broken),
        ("a response that is too large", TransportErrorKind::TooLarge),
        (
            "a response in an unknown compression",
            TransportErrorKind::Compressed,
        ),
    ] {
        let (tools, _) = toolbox(Box::new(move || MockResponse::error(kind, "the reason")));
        let arguments = r#"{"name": "a"}"#;
        let reply = tools.call(CREATE_ACCOUNT, arguments).await;
        table.add(title, CREATE_ACCOUNT, arguments, reply.text());
    }
    let (tools, _) = toolbox(Box::new(|| {
        let cut = MockResponse::new(200).header("content-type", "application/json");
        cut.body("{\"id\": ")
    }));
    let reply = tools.call(CREATE_ACCOUNT, r#"{"name": "a"}"#).await;
    let title = "a response that cannot be read";
    table.add(title, CREATE_ACCOUNT, r#"{"name": "a"}"#, reply.text());
    table
}

async fn answered() -> Table {
    let text = "The JSON of the response, followed by a note if the model needs to know more.";
    let mut table = Table::new("Responses", text);
    for [title, tool, arguments, status, text] in rows(ANSWERED) {
        let json: Value = serde_json::from_str(text).unwrap();
        let status: u16 = status.parse().unwrap();
        let (tools, _) = toolbox(Box::new(move || match status {
            204 => MockResponse::new(204),
            status => MockResponse::json(status, &json),
        }));
        let reply = tools.call(tool, arguments).await;
        assert!(!reply.is_error(), "{title}: {reply}");
        table.add(title, tool, arguments, reply.text());
    }
    let record = |index: usize| json!({"id": format!("prj_{index}"), "note": "x".repeat(190)});
    let page = json!({"result": [record(1), record(2), record(3)], "next_cursor": "c2"});
    let one = json!({"id": "prj_1", "note": "x".repeat(900)});
    let last = json!({"result": [one], "next_cursor": "c2"});
    let account = r#"{"accountId": "acc_1"}"#;
    for (title, tool, arguments, json) in [
        ("a list that is too long", LIST_PROJECTS, account, page),
        (
            "a list with a record that is too long",
            LIST_PROJECTS,
            account,
            last,
        ),
        (
            "a record that is too long",
            GET_PROJECT,
            r#"{"id": "prj_1"}"#,
            one,
        ),
    ] {
        let tools = toolbox(ok(&json)).0.output(OutputLimit::characters(600));
        let reply = tools.call(tool, arguments).await;
        table.add(title, tool, arguments, reply.text());
    }
    table
}

#[tokio::test]
async fn compact_answers_leave_out_nulls_and_audit_fields() {
    let brief = |number: usize| json!({"id": format!("prj_{number}"), "name": "Shop", "env": "live", "accountId": "acc_1", "isActive": true});
    let project = |number: usize| {
        let mut project = brief(number);
        for (name, value) in [
            ("createdAt", json!("2026-01-01T00:00:00.000Z")),
            ("createdBy", json!("usr_1")),
            ("createdByType", json!("USER")),
            ("createdIn", Value::Null),
            ("lastChangedBy", Value::Null),
            ("lastChangedByType", Value::Null),
            ("updatedAt", Value::Null),
        ] {
            project[name] = value;
        }
        project
    };
    let page = json!({
        "result": [project(1), project(2), project(3)],
        "result_count": 3,
        "next_cursor": null,
        "prev_cursor": null,
        "is_partial_response": false,
    });
    let (tools, _) = toolbox(ok(&page));
    let arguments = r#"{"accountId": "acc_1"}"#;
    let whole = tools.call(LIST_PROJECTS, arguments).await;
    let compact = OutputLimit::default().compact();
    let short = tools.output(compact).call(LIST_PROJECTS, arguments).await;
    let expected = json!({"result": [brief(1), brief(2), brief(3)]});
    assert_eq!(short.text(), expected.to_string());
    assert!(short.text().len() * 3 < whole.text().len(), "{whole}");
    // A field that is null in some records stays.
    let mixed = json!({"result": [{"a": null, "b": null}, {"a": 1, "c": {"d": null}}]});
    let tools = toolbox(ok(&mixed)).0.output(compact);
    let short = tools.call(LIST_ACCOUNTS, "{}").await;
    assert_eq!(short.text(), r#"{"result":[{"a":null},{"a":1,"c":{}}]}"#);
}

#[tokio::test]
async fn secrets_are_shown_where_they_are_made_or_where_the_policy_says() {
    let records = |token: &str| json!([{"id": "key_2", "token": token}]);
    let key = json!({"id": "key_1", "key": "live_1", "keys": records("t"), "pageToken": "p"});
    let hidden =
        json!({"id": "key_1", "key": "[hidden]", "keys": records("[hidden]"), "pageToken": "p"});
    let all = ToolFilter::all;
    let redacting = || Policy::new().redact(Redactor::default());
    for (policy, tool, expected) in [
        (Policy::new(), GET_KEY, &hidden),
        (Policy::new(), UPDATE_KEY, &hidden),
        (Policy::new(), ROTATE, &key),
        (redacting(), ROTATE, &hidden),
        (Policy::new().show_secrets(all()), UPDATE_KEY, &key),
        (Policy::new().show_secrets(!all()), ROTATE, &hidden),
        (redacting().show_secrets(all()), ROTATE, &key),
    ] {
        let (tools, _) = toolbox(ok(&key));
        let mut arguments = json!({"id": "key_1"});
        if tool == UPDATE_KEY {
            arguments["name"] = json!("a");
        }
        let reply = tools.policy(policy).call(tool, arguments).await;
        assert_eq!(reply.text(), expected.to_string(), "{tool}");
    }
}

/// Creates a toolbox whose calls all get this response, once.
fn toolbox(respond: Respond) -> (Toolbox, MemoryTransport) {
    let transport = MemoryTransport::respond_with(move |_| respond());
    let client = Client::builder()
        .token("s3cr3t-canary")
        .account(setup::ACCOUNT)
        .transport(transport.clone())
        .retry(RetryPolicy::never())
        .build();
    (client.unwrap().toolbox(), transport)
}

fn ok(json: &Value) -> Respond {
    let json = json.clone();
    Box::new(move || MockResponse::json(200, &json))
}
