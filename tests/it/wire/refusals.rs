//! Calls that are refused before anything is sent.

use generated::the_auth_api::{self, GetProject};
use serde_json::{Value, json};
use toolsmith_runtime::Error;

use crate::setup;

/// Makes a call that must be refused and returns its error message.
async fn refusal(tool: &str, arguments: Value) -> String {
    let (client, transport) = setup::client();
    let error = client.call_tool(tool, arguments).await.unwrap_err();
    assert!(transport.requests().is_empty(), "{tool} sent something");
    error.to_string()
}

#[tokio::test]
async fn an_identifier_cannot_leave_its_segment() {
    for identifier in ["", ".", ".."] {
        let (client, transport) = setup::client();
        let error = client
            .projects()
            .get(GetProject::new(identifier))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Arguments { .. }), "{error}");
        assert!(transport.requests().is_empty());
    }
}

#[tokio::test]
async fn every_problem_is_named_with_its_path() {
    let arguments = json!({
        "projectID": "prj_4411",
        "dateGrouping": "monthly",
        "limit": 0,
    });
    let text = refusal("list_all_the_auth_api_analytics_project_totals", arguments).await;
    for part in [
        ": 3 problems with the arguments; nothing was sent",
        "/projectID: no such argument; did you mean `projectId`?",
        "/dateGrouping: expected one of \"day\", \"week\", \"month\", found \"monthly\"; did you mean \"month\"?",
        "/limit: expected at least 1, found 0",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[tokio::test]
async fn a_misspelled_tool_gets_a_suggestion() {
    let text = refusal("list_all_the_auth_api_project", json!({})).await;
    assert!(text.contains("list_all_the_auth_api_projects"), "{text}");
}

#[tokio::test]
async fn a_read_only_client_refuses_writes_by_name() {
    let (client, transport) = setup::client();
    let client = client.read_only();
    for tool in the_auth_api::TOOLS {
        let is_read = matches!(tool.method, "list" | "get");
        let outcome = client.call_tool(tool.name, json!({})).await;
        let is_denied = matches!(outcome, Err(Error::AccessDenied { .. }));
        assert!(
            is_read != is_denied || tool.resource == "api_keys",
            "{}",
            tool.name
        );
    }
    assert!(transport.requests().iter().all(|sent| sent.method == "GET"));
}
