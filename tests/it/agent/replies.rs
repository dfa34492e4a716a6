//! The wording of every text that a model can meet: the table in `docs/replies.md`.

use std::fmt::Write as _;
use std::path::Path;

use generated::the_auth_api::Client;
use serde_json::{Value, json};
use toolsmith_runtime::agent::{
    Approval, ApprovalRequest, OutputLimit, Policy, Repair, ReplyOutcome, Toolbox,
};
use toolsmith_runtime::error::TransportErrorKind;
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};
use toolsmith_runtime::{Redactor, RetryPolicy, ToolFilter};
use toolsmith_testkit::golden::assert_golden;

use crate::setup;

/// Makes the response of the API.
type Respond = Box<dyn Fn() -> MockResponse + Send + Sync>;

/// The page of the docs.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/replies.md");

const INTRODUCTION: &str = "# Replies to a model

Every kind of text that a [`Toolbox`](guide/agents.md) gives to a model, on the tools of The Auth API. Each
problem of a call has one piece of advice. A test makes these calls and compares this page;
`GOLDEN=overwrite cargo test -p toolsmith-tests --test it replies` renews it.
";

const CREATE_ACCOUNT: &str = "create_a_the_auth_api_account";
const CREATE_KEY: &str = "create_a_the_auth_api_api_key";
const CREATE_PROJECT: &str = "create_a_the_auth_api_project";
const DELETE_INVITATION: &str = "delete_a_the_auth_api_invitation_by_id";
const DELETE_PROJECT: &str = "delete_a_the_auth_api_project_by_id";
const GET_PROJECT: &str = "get_single_the_auth_api_project_by_id";
const INVITE: &str = "create_a_the_auth_api_invitation";
const ACCEPT: &str = "create_a_the_auth_api_invitation_accept";
const LIST_ACCOUNTS: &str = "list_all_the_auth_api_accounts";
const LIST_KEYS: &str = "list_all_the_auth_api_api_keys";
const LIST_PROJECTS: &str = "list_all_the_auth_api_projects";
const LIST_TEAMMATES: &str = "list_all_the_auth_api_teammates";
const LIST_USER_ROLES: &str = "list_all_the_auth_api_user_roles";
const LIST_WEBHOOKS: &str = "list_all_the_auth_api_webhooks";
const PROJECT_TOTALS: &str = "list_all_the_auth_api_analytics_project_totals";
const ROTATE: &str = "create_a_the_auth_api_api_key_rotate";
const UPDATE_KEY: &str = "update_a_the_auth_api_api_key_by_id";
const UPDATE_USER: &str = "update_a_the_auth_api_user_by_id";
const UPDATE_USER_ROLE: &str = "update_a_the_auth_api_user_role_by_id";
const UPDATE_WEBHOOK: &str = "update_a_the_auth_api_webhook_by_id";

/// The arguments of a refused call.
struct Refused {
    title: &'static str,
    tool: &'static str,
    arguments: &'static str,
}

const fn refused(title: &'static str, tool: &'static str, arguments: &'static str) -> Refused {
    Refused {
        title,
        tool,
        arguments,
    }
}

/// Calls whose arguments are refused, by the kind of problem.
const REFUSED: &[Refused] = &[
    refused("a missing argument", CREATE_ACCOUNT, "{}"),
    refused("a missing identifier", PROJECT_TOTALS, "{}"),
    refused(
        "null for a required argument",
        CREATE_ACCOUNT,
        r#"{"name": null}"#,
    ),
    refused(
        "null for a required identifier",
        LIST_PROJECTS,
        r#"{"accountId": null}"#,
    ),
    refused(
        "null for an optional argument",
        LIST_PROJECTS,
        r#"{"accountId": "acc_1", "limit": null}"#,
    ),
    refused("another type", LIST_ACCOUNTS, r#"{"limit": "5"}"#),
    refused(
        "another type, without another form",
        LIST_ACCOUNTS,
        r#"{"limit": {"max": 5}}"#,
    ),
    refused(
        "a number below its range",
        LIST_ACCOUNTS,
        r#"{"limit": -3}"#,
    ),
    refused(
        "a number above its range",
        LIST_ACCOUNTS,
        r#"{"limit": 1000}"#,
    ),
    refused(
        "a string for a list",
        INVITE,
        r#"{"emails": "a@example.com", "role": "member"}"#,
    ),
    refused(
        "a string that can mean several",
        INVITE,
        r#"{"emails": "a@example.com, b@example.com", "role": "member"}"#,
    ),
    refused(
        "a string that can mean one or several",
        INVITE,
        r#"{"emails": ["a@example.com"], "role": "member", "projectIds": "prj_1,prj_2"}"#,
    ),
    refused(
        "a string that can mean all",
        INVITE,
        r#"{"emails": ["a@example.com"], "role": "member", "projectIds": "*"}"#,
    ),
    refused(
        "an empty string for a list",
        INVITE,
        r#"{"emails": ["a@example.com"], "role": "member", "projectIds": ""}"#,
    ),
    refused(
        "a value that is not allowed",
        INVITE,
        r#"{"emails": ["a@example.com"], "role": "superuser"}"#,
    ),
    refused(
        "a value near an allowed one",
        PROJECT_TOTALS,
        r#"{"projectId": "prj_1", "dateGrouping": "monthly"}"#,
    ),
    refused(
        "a value that resembles several",
        LIST_WEBHOOKS,
        r#"{"accountId": "acc_1", "projectId": "prj_1", "topic": "api-key.rotated"}"#,
    ),
    refused(
        "a value in another case",
        LIST_WEBHOOKS,
        r#"{"accountId": "acc_1", "projectId": "prj_1", "topic": "API_KEY.CREATED"}"#,
    ),
    refused(
        "a malformed date",
        CREATE_KEY,
        r#"{"name": "a", "projectId": "prj_1", "expiry": "tomorrow"}"#,
    ),
    refused(
        "a date that does not exist",
        CREATE_KEY,
        r#"{"name": "a", "projectId": "prj_1", "expiry": "2026-02-30T00:00:00Z"}"#,
    ),
    refused(
        "a time that does not exist",
        CREATE_KEY,
        r#"{"name": "a", "projectId": "prj_1", "expiry": "2026-02-03T25:00:00Z"}"#,
    ),
    refused("an empty name", CREATE_ACCOUNT, r#"{"name": ""}"#),
    refused("an empty cursor", LIST_ACCOUNTS, r#"{"next_cursor": ""}"#),
    refused(
        "an empty identifier to filter by",
        LIST_KEYS,
        r#"{"projectId": ""}"#,
    ),
    refused("an empty identifier", GET_PROJECT, r#"{"id": ""}"#),
    refused(
        "a misspelt argument",
        LIST_PROJECTS,
        r#"{"acountId": "acc_1"}"#,
    ),
    refused(
        "an argument in another spelling",
        LIST_PROJECTS,
        r#"{"account_id": "acc_1"}"#,
    ),
    refused(
        "another name of the identifier",
        ROTATE,
        r#"{"keyId": "key_1"}"#,
    ),
    refused(
        "the record as the name of the identifier",
        ROTATE,
        r#"{"apiKey": "key_1"}"#,
    ),
    refused(
        "an identifier that leads to another",
        LIST_KEYS,
        r#"{"accountId": "acc_1"}"#,
    ),
    refused(
        "an identifier that another one implies",
        LIST_KEYS,
        r#"{"accountId": "acc_1", "projectId": "prj_1"}"#,
    ),
    refused("a page number", LIST_KEYS, r#"{"page": 2}"#),
    refused(
        "another name of the page size",
        LIST_KEYS,
        r#"{"per_page": 50}"#,
    ),
    refused(
        "a nested argument at the top",
        CREATE_KEY,
        r#"{"name": "a", "projectId": "prj_1", "rateLimit": 10, "rateLimitTtl": 60}"#,
    ),
    refused(
        "an argument inside another",
        CREATE_KEY,
        r#"{"name": "a", "projectId": "prj_1", "rateLimitConfigs": {"rateLimit": 10, "rateLimitTtl": 60, "expiry": "2027-01-01T00:00:00Z"}}"#,
    ),
    refused(
        "an argument of another tool",
        UPDATE_USER,
        r#"{"id": "usr_1", "name": "Ann", "role": "admin"}"#,
    ),
    refused(
        "an argument of the creation",
        UPDATE_WEBHOOK,
        r#"{"id": "whk_1", "name": "a", "url": "https://example.com", "status": "paused"}"#,
    ),
    refused(
        "a search by an argument of the list",
        ROTATE,
        r#"{"customUserId": "user_1"}"#,
    ),
    refused(
        "the state of a record",
        UPDATE_KEY,
        r#"{"id": "key_1", "name": "a", "isActive": false}"#,
    ),
    refused(
        "a filter that the list does not have",
        LIST_USER_ROLES,
        r#"{"accountId": "acc_1", "role": "admin"}"#,
    ),
    refused(
        "a filter that another list can do",
        LIST_TEAMMATES,
        r#"{"accountId": "acc_1", "role": "admin"}"#,
    ),
    refused(
        "a filter that nothing has",
        LIST_KEYS,
        r#"{"nameContains": "worker"}"#,
    ),
    refused(
        "an argument that nothing has",
        CREATE_PROJECT,
        r#"{"accountId": "acc_1", "env": "live", "name": "a", "owner": "Ann"}"#,
    ),
    refused(
        "arguments in a wrapper",
        LIST_ACCOUNTS,
        r#"{"arguments": {"limit": 5}}"#,
    ),
    refused(
        "the tool and its arguments in a wrapper",
        LIST_PROJECTS,
        r#"{"name": "list_all_the_auth_api_projects", "parameters": {"accountId": "acc_1"}}"#,
    ),
    refused(
        "arguments as a string",
        LIST_ACCOUNTS,
        r#""{\"limit\": 5}""#,
    ),
    refused("arguments in a list", LIST_PROJECTS, r#"["acc_1"]"#),
    refused("arguments that are not an object", LIST_PROJECTS, "5"),
    refused(
        "arguments that are not JSON",
        LIST_PROJECTS,
        "accountId = acc_1",
    ),
];

/// Names that no tool has.
const UNKNOWN: [&str; 9] = [
    "rotate_api_key",
    "rotate_access_key",
    "get_api_key",
    "list_api_keys",
    "deactivate_access_key",
    "create_api_keys",
    "archive_project",
    "list_all_the_auth_api_project",
    "send_mail",
];

#[tokio::test]
async fn replies_are_as_the_docs_say() {
    let mut page = INTRODUCTION.to_owned();
    let (tools, sent) = toolbox(ok(&json!({})));
    let mut refusals = Table::new("Refused arguments", "Nothing was sent.");
    for case in REFUSED {
        let reply = tools.call(case.tool, case.arguments).await;
        let is_refused = matches!(
            reply.outcome(),
            ReplyOutcome::Refused(_) | ReplyOutcome::Unreadable { .. }
        );
        assert!(is_refused, "{}: {reply}", case.title);
        for line in reply.text().lines() {
            let count = line.matches("leave it out").count() + line.matches("did you mean").count();
            assert!(
                count <= 1,
                "{}: more than one piece of advice: {line}",
                case.title
            );
        }
        refusals.add(case.title, case.tool, case.arguments, reply.text());
    }
    for name in UNKNOWN {
        let reply = tools.call(name, "{}").await;
        refusals.add("a tool that does not exist", name, "{}", reply.text());
    }
    assert!(sent.requests().is_empty());
    refusals.write(&mut page);
    repaired().await.write(&mut page);
    identifiers().await.write(&mut page);
    decisions().await.write(&mut page);
    failures().await.write(&mut page);
    answers().await.write(&mut page);
    assert_golden(Path::new(PAGE), &page);
}

/// Returns the replies to calls whose arguments are corrected.
async fn repaired() -> Table {
    let mut table = Table::new(
        "Corrected arguments",
        "With `Policy::repair(Repair::Apply)`, the call is made, and the reply says what was corrected.",
    );
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
        (
            "a value for a list",
            INVITE,
            r#"{"emails": "a@example.com", "role": "MEMBER"}"#,
        ),
    ] {
        let (tools, sent) = toolbox(ok(&json!({"id": "x_1"})));
        let tools = tools.policy(Policy::new().repair(Repair::Apply));
        let reply = tools.call(tool, arguments).await;
        assert!(
            !reply.is_error() && sent.requests().len() == 1,
            "{title}: {reply}"
        );
        table.add(title, tool, arguments, reply.text());
    }
    table
}

/// Returns the replies to calls with the identifier of another kind of record.
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

/// Returns the replies to calls that the policy or a person decides.
async fn decisions() -> Table {
    let mut table = Table::new("Decisions", "");
    let arguments = r#"{"id": "prj_1"}"#;
    let (tools, _) = toolbox(ok(&json!({"id": "prj_1"})));
    let decline = |_: ApprovalRequest| async {
        Approval::Declined {
            by: "ann".to_owned(),
            reason: "it is in use".to_owned(),
        }
    };
    let all = ToolFilter::all;
    for (title, policy) in [
        ("not allowed", Policy::new().allow(ToolFilter::reads())),
        ("no more calls", Policy::new().max_calls(0)),
        ("approval required", Policy::new().require_approval(all())),
        ("declined", Policy::new().approve_with(all(), decline)),
        ("dry run", Policy::new().dry_run(all())),
    ] {
        let reply = tools
            .clone()
            .policy(policy)
            .call(DELETE_PROJECT, arguments)
            .await;
        table.add(title, DELETE_PROJECT, arguments, reply.text());
    }
    table
}

fn message(status: u16, text: &str) -> Respond {
    body(
        status,
        &json!({"statusCode": status, "message": text, "truto_is_remote_error": true}),
    )
}

/// Returns the replies to calls that fail.
async fn failures() -> Table {
    let mut table = Table::new("Failed calls", "");
    let id = r#"{"id": "inv_1"}"#;
    let project = r#"{"id": "prj_9"}"#;
    let role = r#"{"id": "usr_1", "accountId": "acc_1", "role": "admin"}"#;
    let create = r#"{"accountId": "acc_1", "env": "live", "name": "a"}"#;
    let scopes = json!({"message": "Forbidden", "truto_is_remote_error": true, "truto_error_insight":
        {"forbidden_error": {"missing_scopes": ["projects:write"]}}});
    let scopes = body(403, &scopes);
    let cut: Respond = Box::new(|| {
        let cut = MockResponse::new(200).header("content-type", "application/json");
        cut.body("{\"result\": [")
    });
    let limited: Respond =
        Box::new(|| MockResponse::json(429, &json!({})).header("retry-after", "7"));
    for (title, tool, arguments, response) in [
        (
            "400, 422",
            CREATE_PROJECT,
            create,
            message(422, "name is too long"),
        ),
        (
            "401",
            GET_PROJECT,
            project,
            body(401, &json!({"message": "Unauthorized"})),
        ),
        (
            "401 of the API behind Truto",
            GET_PROJECT,
            project,
            message(401, "Token revoked"),
        ),
        ("403", CREATE_PROJECT, create, scopes),
        ("404", GET_PROJECT, project, message(404, "Not Found")),
        (
            "404 that names a value",
            UPDATE_USER_ROLE,
            role,
            message(404, "There is no account \"acc_1\"."),
        ),
        (
            "404 that names a record",
            UPDATE_USER_ROLE,
            role,
            message(404, "User not found"),
        ),
        (
            "404 that names another value",
            UPDATE_USER_ROLE,
            role,
            message(404, "There is no team \"tm_7\"."),
        ),
        (
            "405",
            GET_PROJECT,
            project,
            message(405, "Method not allowed"),
        ),
        (
            "409 about a state",
            DELETE_INVITATION,
            id,
            message(409, "The invitation is cancelled already."),
        ),
        (
            "422 about a state",
            ACCEPT,
            r#"{"invitationId": "inv_1"}"#,
            message(422, "The invitation has expired."),
        ),
        (
            "409 about a second record",
            CREATE_PROJECT,
            create,
            message(409, "A project with this name already exists."),
        ),
        (
            "422 that does not find a value",
            CREATE_PROJECT,
            create,
            message(422, "There is no account \"acc_1\"."),
        ),
        ("413", CREATE_PROJECT, create, message(413, "Too large")),
        ("418", GET_PROJECT, project, message(418, "No")),
        ("429", GET_PROJECT, project, limited),
        ("500 of a read", GET_PROJECT, project, message(500, "Oops")),
        (
            "500 of a write",
            CREATE_PROJECT,
            create,
            message(500, "Oops"),
        ),
        (
            "503 of Truto",
            GET_PROJECT,
            project,
            body(503, &json!({"message": "Blocked"})),
        ),
        (
            "no connection",
            GET_PROJECT,
            project,
            fault(TransportErrorKind::Connect),
        ),
        (
            "no secure connection",
            GET_PROJECT,
            project,
            fault(TransportErrorKind::Tls),
        ),
        (
            "a lost connection",
            CREATE_PROJECT,
            create,
            fault(TransportErrorKind::Broken),
        ),
        (
            "a response that is too large",
            GET_PROJECT,
            project,
            fault(TransportErrorKind::TooLarge),
        ),
        (
            "a response that cannot be read",
            CREATE_PROJECT,
            create,
            cut,
        ),
    ] {
        let (tools, _) = toolbox(response);
        let reply = tools.call(tool, arguments).await;
        assert!(reply.is_error(), "{title}: {reply}");
        table.add(title, tool, arguments, reply.text());
    }
    table
}

/// Returns the replies to calls that succeed.
async fn answers() -> Table {
    let mut table = Table::new(
        "Answers",
        "The JSON of the response, and a note where it needs words.",
    );
    let account = r#"{"accountId": "acc_1"}"#;
    let page =
        json!({"result": [{"id": "prj_1"}], "next_cursor": "c2", "is_partial_response": false});
    let empty = json!({"result": [], "next_cursor": null});
    let hollow = json!({"result": [], "next_cursor": "c2"});
    let key = json!({"id": "key_1", "key": "live_1", "name": "worker"});
    for (title, tool, arguments, response) in [
        ("more pages", LIST_PROJECTS, account, ok(&page)),
        ("an empty page", LIST_PROJECTS, account, ok(&hollow)),
        ("nothing found", LIST_PROJECTS, account, ok(&empty)),
        (
            "nothing found with filters",
            LIST_KEYS,
            r#"{"name": "worker", "isActive": true, "limit": 5}"#,
            ok(&empty),
        ),
        ("nothing there", LIST_ACCOUNTS, "{}", ok(&empty)),
        (
            "a secret",
            "get_single_the_auth_api_api_key_by_id",
            r#"{"id": "key_1"}"#,
            ok(&key),
        ),
        (
            "a secret that was made",
            ROTATE,
            r#"{"id": "key_1"}"#,
            ok(&key),
        ),
        (
            "a deletion",
            DELETE_PROJECT,
            r#"{"id": "prj_1"}"#,
            Box::new(|| MockResponse::new(204)),
        ),
        (
            "a deletion with a response",
            DELETE_PROJECT,
            r#"{"id": "prj_1"}"#,
            ok(&json!({"id": "prj_1"})),
        ),
    ] {
        let (tools, _) = toolbox(response);
        let reply = tools.call(tool, arguments).await;
        assert!(!reply.is_error(), "{title}: {reply}");
        table.add(title, tool, arguments, reply.text());
    }
    let records: Vec<Value> = (0..3)
        .map(|index| json!({"id": format!("prj_{index}"), "note": "x".repeat(190)}))
        .collect();
    let (tools, _) = toolbox(ok(&json!({"result": records, "next_cursor": "c2"})));
    let reply = tools
        .output(OutputLimit::characters(600))
        .call(LIST_PROJECTS, account)
        .await;
    table.add(
        "a list that is too long",
        LIST_PROJECTS,
        account,
        reply.text(),
    );
    let (tools, _) = toolbox(ok(&json!({"id": "prj_1", "note": "x".repeat(900)})));
    let reply = tools
        .output(OutputLimit::characters(600))
        .call(GET_PROJECT, r#"{"id": "prj_1"}"#)
        .await;
    table.add(
        "a record that is too long",
        GET_PROJECT,
        r#"{"id": "prj_1"}"#,
        reply.text(),
    );
    table
}

#[tokio::test]
async fn compact_answers_leave_out_nulls_and_audit_fields() {
    let project = |number: usize| {
        json!({"id": format!("prj_{number}"), "name": "Shop", "env": "live", "accountId": "acc_1",
            "isActive": true, "createdAt": "2026-01-01T00:00:00.000Z", "createdBy": "usr_1", "createdByType": "user",
            "createdIn": null, "lastChangedBy": null, "lastChangedByType": null, "updatedAt": null})
    };
    let page = json!({"result": [project(1), project(2), project(3)], "result_count": 3, "next_cursor": null,
        "prev_cursor": null, "is_partial_response": false});
    let (tools, _) = toolbox(ok(&page));
    let arguments = r#"{"accountId": "acc_1"}"#;
    let whole = tools.call(LIST_PROJECTS, arguments).await;
    let compact = OutputLimit::default().compact();
    let short = tools
        .clone()
        .output(compact)
        .call(LIST_PROJECTS, arguments)
        .await;
    let record = |number: usize| json!({"id": format!("prj_{number}"), "name": "Shop", "env": "live", "accountId": "acc_1", "isActive": true});
    let expected = json!({"result": [record(1), record(2), record(3)]});
    assert_eq!(short.text(), expected.to_string());
    assert!(short.text().len() * 3 < whole.text().len(), "{whole}");
    // A field that is null in some records stays.
    let (tools, _) = toolbox(ok(
        &json!({"result": [{"a": null, "b": null}, {"a": 1, "c": {"d": null}}]}),
    ));
    let short = tools.output(compact).call(LIST_ACCOUNTS, "{}").await;
    assert_eq!(short.text(), r#"{"result":[{"a":null},{"a":1,"c":{}}]}"#);
}

#[tokio::test]
async fn secrets_are_shown_where_they_are_made_or_where_the_policy_says() {
    let key = json!({"id": "key_1", "key": "live_1", "keys": [{"id": "key_2", "token": "t"}], "pageToken": "p"});
    let hidden = json!({"id": "key_1", "key": "[hidden]", "keys": [{"id": "key_2", "token": "[hidden]"}], "pageToken": "p"});
    let all = ToolFilter::all;
    for (policy, tool, expected) in [
        (
            Policy::new(),
            "get_single_the_auth_api_api_key_by_id",
            &hidden,
        ),
        (Policy::new(), UPDATE_KEY, &hidden),
        (Policy::new(), ROTATE, &key),
        (Policy::new().redact(Redactor::default()), ROTATE, &hidden),
        (Policy::new().show_secrets(all()), UPDATE_KEY, &key),
        (
            Policy::new().show_secrets(ToolFilter::none()),
            ROTATE,
            &hidden,
        ),
        (
            Policy::new()
                .show_secrets(all())
                .redact(Redactor::default()),
            ROTATE,
            &key,
        ),
    ] {
        let (tools, _) = toolbox(ok(&key));
        let arguments = json!({"id": "key_1", "name": "a"});
        let arguments = if tool == UPDATE_KEY {
            arguments
        } else {
            json!({"id": "key_1"})
        };
        let reply = tools.policy(policy).call(tool, arguments).await;
        assert_eq!(reply.text(), expected.to_string(), "{tool}");
    }
}

/// Creates a toolbox whose calls all get this response.
fn toolbox(respond: Respond) -> (Toolbox, MemoryTransport) {
    let transport = MemoryTransport::respond_with(move |_| respond());
    let client = Client::builder()
        .token("s3cr3t-canary")
        .account(setup::ACCOUNT)
        .transport(transport.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    (client.toolbox(), transport)
}

fn body(status: u16, body: &Value) -> Respond {
    let body = body.clone();
    Box::new(move || MockResponse::json(status, &body))
}

fn ok(json: &Value) -> Respond {
    body(200, json)
}

fn fault(kind: TransportErrorKind) -> Respond {
    Box::new(move || MockResponse::error(kind, "the reason"))
}

/// A table of the page.
struct Table {
    title: &'static str,
    text: &'static str,
    rows: String,
}

impl Table {
    fn new(title: &'static str, text: &'static str) -> Self {
        Self {
            title,
            text,
            rows: String::new(),
        }
    }

    fn add(&mut self, title: &str, tool: &str, arguments: &str, reply: &str) {
        let cell = |text: &str| {
            let text = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('|', "\\|");
            text.replace('\n', "<br>").replace('*', "\\*")
        };
        let (reply, arguments) = (cell(reply), cell(arguments));
        let tool = cell(tool);
        writeln!(self.rows, "| {title} | {tool} {arguments} | {reply} |").unwrap();
    }

    fn write(&self, page: &mut String) {
        write!(page, "\n## {}\n", self.title).unwrap();
        if !self.text.is_empty() {
            write!(page, "\n{}\n", self.text).unwrap();
        }
        page.push_str("\n| case | call | reply |\n|---|---|---|\n");
        page.push_str(&self.rows);
    }
}
