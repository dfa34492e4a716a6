//! Tests of the facts that the platform states in addition to its tools.

use serde_json::Value;
use toolsmith_codegen::options::CatalogKind;
use toolsmith_codegen::snapshot::canonicalize;
use toolsmith_testkit::fake_truto::{AccountState, CatalogChange, Fault, FaultKind};

use super::*;

const ROTATE: &str = "create_a_the_auth_api_api_key_rotate";

fn names(document: &SourceText) -> Vec<String> {
    let document: Value = serde_json::from_str(&document.text).unwrap();
    let tools = document["result"].as_array().unwrap().iter();
    tools
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Returns the names of the tools that are marked as deprecated.
fn deprecated(document: &SourceText) -> Vec<String> {
    let document: Value = serde_json::from_str(&document.text).unwrap();
    let tools = document["result"].as_array().unwrap().iter();
    let marked = tools.filter(|tool| tool["deprecated"] == true);
    marked
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

fn state(status: &str) -> AccountState {
    AccountState {
        status: status.to_owned(),
        ..AccountState::default()
    }
}

fn of_capabilities(status: u16) -> Fault {
    let fault = Fault::new(FaultKind::Status(status)).times(0);
    fault.path("/integrated-account/ia_551/capabilities")
}

#[test]
fn lists_tools_without_a_description_unless_configured() {
    let server = FakeTruto::start().unwrap();
    let change = CatalogChange {
        tool: ROTATE.to_owned(),
        pointer: "/description".to_owned(),
        value: None,
    };
    server.change_catalog(&[change]).unwrap();
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("ACCOUNT", server.account_id()),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    for (key, sent, count) in [
        ("", "has_description=false", 46),
        ("has_description = false\n", "has_description=false", 46),
        ("has_description = true\n", "has_description=true", 45),
    ] {
        let account = new_account(&format!("{CONFIG}{key}"), &variables).unwrap();
        assert_eq!(names(&get(&account).unwrap()).len(), count, "{key}");
        assert_eq!(listings(&server).last().unwrap().query(), sent, "{key}");
    }
}

#[test]
fn lists_the_tools_of_an_integration_without_an_account() {
    let server = FakeTruto::start().unwrap();
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    let config = |slug: &str| format!("[catalog.x]\nkind = \"truto\"\nintegration = \"{slug}\"\n");
    let found = get(&new_account(&config("the_auth_api"), &variables).unwrap()).unwrap();
    assert_eq!(names(&found).len(), 46);
    let paths: Vec<String> = server
        .requests()
        .iter()
        .map(|it| it.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "/integration/the_auth_api/tools",
            "/integration/the_auth_api/capabilities"
        ]
    );
    let account = new_account(&config("nothing"), &variables).unwrap();
    check(
        &account,
        &[
            "integration `nothing` does not exist",
            "check `integration` in toolsmith.toml",
        ],
    );
    let gone = Fault::new(FaultKind::Status(410)).path("/integration/");
    server.set_fault(gone);
    let account = new_account(&config("the_auth_api"), &variables).unwrap();
    check(&account, &["no longer lists tools", "set `account`"]);
}

#[test]
fn marks_the_tools_that_the_platform_deprecates() {
    let server = FakeTruto::start().unwrap();
    let plain = get(&account_of(&server)).unwrap();
    assert_eq!(deprecated(&plain), [""; 0]);
    server.set_account(AccountState {
        deprecated: vec![ROTATE.to_owned()],
        ..AccountState::default()
    });
    let marked = get(&account_of(&server)).unwrap();
    assert_eq!(deprecated(&marked), [ROTATE]);
    // Nothing else changes.
    assert_eq!(marked.text.replace("\"deprecated\":true,", ""), plain.text);
}

#[test]
fn keeps_the_deprecations_of_the_snapshot_if_they_cannot_be_read() {
    let server = FakeTruto::start().unwrap();
    server.set_account(AccountState {
        deprecated: vec![ROTATE.to_owned()],
        ..AccountState::default()
    });
    let marked = get(&account_of(&server)).unwrap();
    let snapshot = SourceText {
        text: canonicalize(CatalogKind::Truto, &marked).unwrap().text,
        ..marked
    };
    server.set_fault(of_capabilities(502));
    let fetched = get_after(&account_of(&server), Some(&snapshot)).unwrap();
    assert_eq!(deprecated(&fetched.document), [ROTATE]);
    let [note] = fetched.notes.as_slice() else {
        panic!("{:?}", fetched.notes);
    };
    assert!(note.contains("could not be read (status 502)"), "{note}");
}

#[test]
fn a_platform_without_capabilities_is_no_problem() {
    let server = FakeTruto::start().unwrap();
    server.set_fault(of_capabilities(404));
    let fetched = get_after(&account_of(&server), None).unwrap();
    assert_eq!(fetched.notes, [""; 0]);
    assert_eq!(names(&fetched.document).len(), 46);
}

#[test]
fn says_that_an_account_has_to_be_reconnected() {
    let server = FakeTruto::start().unwrap();
    for (state, expected) in [
        (state("active"), None),
        (
            state("needs_reauth"),
            Some("account `ia_551` has to be reconnected (status needs_reauth)"),
        ),
        (
            state("validation_error"),
            Some("the status validation_error"),
        ),
        (
            AccountState {
                is_blocked: true,
                ..AccountState::default()
            },
            Some("account `ia_551` is blocked"),
        ),
    ] {
        server.set_account(state.clone());
        let notes = get_after(&account_of(&server), None)
            .unwrap()
            .notes
            .join("\n");
        match expected {
            None => assert_eq!(notes, ""),
            Some(part) => assert!(notes.contains(part), "{state:?}: {notes}"),
        }
    }
}
