//! Tests of the MCP server of an account, which lists its tools when the platform does no longer.

use serde_json::{Value, json};
use toolsmith_codegen::options::{CatalogKind, UnreadableTools};
use toolsmith_codegen::snapshot::{canonicalize, update};
use toolsmith_testkit::fake_truto::{AccountState, CatalogChange, Fault, FaultKind};

use super::*;

const TOOLS: &str = "/integrated-account/ia_551/tools";
const CAPABILITIES: &str = "/integrated-account/ia_551/capabilities";

/// Returns the snapshot of a server that still lists tools.
fn snapshot(server: &FakeTruto) -> SourceText {
    let listed = get(&account_of(server)).unwrap();
    SourceText {
        file: "catalogs/the_auth_api.json".to_owned(),
        text: canonicalize(CatalogKind::Truto, &listed).unwrap().text,
    }
}

fn retire(server: &FakeTruto, path: &str, status: u16) {
    server.set_fault(Fault::new(FaultKind::Status(status)).times(0).path(path));
}

fn change(server: &FakeTruto, tool: &str, pointer: &str, value: Value) {
    let change = CatalogChange {
        tool: tool.to_owned(),
        pointer: pointer.to_owned(),
        value: (!value.is_null()).then_some(value),
    };
    server.change_catalog(&[change]).unwrap();
}

/// Returns the snapshot after a fetch.
fn updated(before: &SourceText, fetched: &Fetched) -> String {
    let refused = UnreadableTools::Refused;
    let after = update(CatalogKind::Truto, refused, Some(before), &fetched.document);
    after.unwrap().text
}

#[track_caller]
fn refused(server: &FakeTruto, before: Option<&SourceText>, expected: &[&str]) {
    let text = get_after(&account_of(server), before)
        .unwrap_err()
        .to_string();
    assert!(!text.contains("s3cr3t-canary"), "{text}");
    for part in expected {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    assert_eq!(server.mcp_servers(), 0, "the server is deleted");
}

#[test]
fn the_snapshot_stays_the_same() {
    for status in [404, 410] {
        let server = FakeTruto::start().unwrap();
        let before = snapshot(&server);
        retire(&server, TOOLS, status);
        let fetched = get_after(&account_of(&server), Some(&before)).unwrap();
        assert_eq!(updated(&before, &fetched), before.text);
        let [note] = fetched.notes.as_slice() else {
            panic!("{:?}", fetched.notes);
        };
        let expected = format!(
            "no longer lists tools at {TOOLS} (status {status}); they were listed by the MCP server of \
             account `ia_551`"
        );
        assert!(note.contains(&expected), "{note}");
        assert_eq!(server.mcp_servers(), 0, "the server is deleted");
        let texts = format!("{fetched:?}");
        assert!(!texts.contains("s3cr3t-canary"), "the URL is a secret");
    }
}

#[test]
fn changes_and_deprecations_arrive() {
    let server = FakeTruto::start().unwrap();
    let before = snapshot(&server);
    retire(&server, TOOLS, 410);
    let tool = "update_a_the_auth_api_account_by_id";
    change(
        &server,
        tool,
        "/body_schema/properties/note",
        json!({"type": "string"}),
    );
    change(
        &server,
        "list_all_the_auth_api_accounts",
        "/query_schema/properties/q",
        json!({"type": "string"}),
    );
    server.set_account(AccountState {
        deprecated: vec![tool.to_owned()],
        ..AccountState::default()
    });
    let fetched = get_after(&account_of(&server), Some(&before)).unwrap();
    let after: Value = serde_json::from_str(&updated(&before, &fetched)).unwrap();
    let tools = after["result"].as_array().unwrap();
    let find = |name: &str| tools.iter().find(|tool| tool["name"] == name).unwrap();
    assert_eq!(
        find(tool)["body_schema"]["properties"]["note"]["type"],
        "string"
    );
    assert_eq!(find(tool)["deprecated"], true);
    assert_eq!(find(tool)["query_schema"]["required"], json!(["id"]));
    let list = find("list_all_the_auth_api_accounts");
    assert_eq!(list["query_schema"]["properties"]["q"]["type"], "string");
    assert!(list["query_schema"]["properties"]["next_cursor"].is_object());
}

#[test]
fn a_tool_keeps_its_name() {
    let server = FakeTruto::start().unwrap();
    let before = snapshot(&server);
    retire(&server, TOOLS, 410);
    // The server names the tool after its resource and method, as the capabilities do.
    change(
        &server,
        "list_all_the_auth_api_teammates",
        "/name",
        json!("teammates_list"),
    );
    let fetched = get_after(&account_of(&server), Some(&before)).unwrap();
    assert_eq!(updated(&before, &fetched), before.text);
}

#[test]
fn a_new_tool_gets_its_place_from_the_capabilities() {
    let server = FakeTruto::start().unwrap();
    let whole = snapshot(&server);
    let name = "get_single_the_auth_api_invitation_info_by_id";
    let mut before: Value = serde_json::from_str(&whole.text).unwrap();
    before["result"]
        .as_array_mut()
        .unwrap()
        .retain(|tool| tool["name"] != name);
    let before = SourceText {
        text: before.to_string(),
        ..whole
    };
    retire(&server, TOOLS, 410);
    let fetched = get_after(&account_of(&server), Some(&before)).unwrap();
    let after: Value = serde_json::from_str(&fetched.document.text).unwrap();
    let mut tools = after["result"].as_array().unwrap().iter();
    let new = tools.find(|tool| tool["name"] == name).unwrap();
    assert_eq!(new["resource"], "invitation_infos");
    assert_eq!(new["method"], "get");
    assert_eq!(new["required"], json!(["id"]));
    assert!(new["query_schema"]["properties"]["id"].is_object());
    // Without them it is an error, and nothing is renamed or guessed.
    retire(&server, CAPABILITIES, 404);
    let server_says = "does not say the resource and the method of";
    refused(
        &server,
        Some(&before),
        &[server_says, name, "/capabilities"],
    );
}

#[test]
fn everything_can_be_listed_without_a_snapshot() {
    let server = FakeTruto::start().unwrap();
    let whole: Value = serde_json::from_str(&snapshot(&server).text).unwrap();
    retire(&server, TOOLS, 410);
    let fetched = get_after(&account_of(&server), None).unwrap();
    let listed: Value = serde_json::from_str(&fetched.document.text).unwrap();
    let places = |catalog: &Value| {
        let tools = catalog["result"].as_array().unwrap().iter();
        let mut places: Vec<_> = tools
            .map(|tool| ["name", "resource", "method"].map(|key| tool[key].to_string()))
            .collect();
        places.sort();
        places
    };
    assert_eq!(places(&listed), places(&whole));
    let notes = fetched.notes.join("\n");
    assert!(
        notes.contains("does not say which arguments go in the query"),
        "{notes}"
    );
}

#[test]
fn a_tool_without_a_description_is_kept() {
    let server = FakeTruto::start().unwrap();
    let tool = "list_all_the_auth_api_teammates";
    change(&server, tool, "/description", Value::Null);
    let before = snapshot(&server);
    retire(&server, TOOLS, 410);
    let fetched = get_after(&account_of(&server), Some(&before)).unwrap();
    assert_eq!(updated(&before, &fetched), before.text);
    let notes = fetched.notes.join("\n");
    assert!(notes.contains(&format!("does not list {tool}")), "{notes}");
    // A tool that the platform does not have any more is removed.
    change(&server, "list_all_the_auth_api_user_roles", "", Value::Null);
    let fetched = get_after(&account_of(&server), Some(&before)).unwrap();
    assert!(
        !fetched
            .document
            .text
            .contains("list_all_the_auth_api_user_roles")
    );
}

#[test]
fn failures_name_both_ways() {
    let server = FakeTruto::start().unwrap();
    let mcp = "/integrated-account/ia_551/mcp";
    retire(&server, TOOLS, 410);
    server.set_fault(Fault::new(FaultKind::Status(403)).path(mcp));
    refused(
        &server,
        None,
        &["no longer lists tools", "status 410", "status 403"],
    );
    retire(&server, "/mcp/", 500);
    refused(&server, None, &["cannot fetch `the_auth_api`"]);
    // An account that does not exist has neither.
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("ACCOUNT", "ia_999"),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    let account = new_account(CONFIG, &variables).unwrap();
    check(&account, &["account `ia_999` does not exist (status 404"]);
    assert_eq!(server.mcp_servers(), 0);
}

#[test]
fn a_server_that_cannot_be_deleted_is_noted() {
    let server = FakeTruto::start().unwrap();
    let before = snapshot(&server);
    retire(&server, TOOLS, 410);
    let mcp = "/integrated-account/ia_551/mcp/";
    server.set_fault(Fault::new(FaultKind::Status(500)).path(mcp));
    let notes = get_after(&account_of(&server), Some(&before))
        .unwrap()
        .notes
        .join("\n");
    assert!(
        notes.contains("could not be deleted (status 500)"),
        "{notes}"
    );
}
