//! Calls by name, and the access of clients.

use serde_json::json;

use super::shop::{Client, ListProjects, TOOLS};
use super::{answering, project};
use crate::Error;
use crate::codegen::{CanWrite, Full, ReadOnly, ReadWrite};

#[tokio::test]
async fn calls_a_tool_by_name() {
    let (client, transport) = answering(&project("prj_1"));
    let arguments = json!({"id": "prj/1"});
    let answer = client
        .call_tool("get_single_shop_project_by_id", arguments)
        .await
        .unwrap();
    assert_eq!(answer, project("prj_1"));
    assert_eq!(transport.requests()[0].path, "/proxy/projects/prj%2F1");
}

#[tokio::test]
async fn call_by_name_returns_the_envelope_of_a_list() {
    let error_body = json!({"result": [project("prj_1")], "next_cursor": "c2"});
    let (client, transport) = answering(&error_body);
    let arguments = json!({"accountId": "acc_1", "next_cursor": "c1"});
    let answer = client
        .call_tool("list_all_shop_projects", arguments)
        .await
        .unwrap();
    assert_eq!(answer, error_body);
    let pairs = transport.requests()[0].query_pairs();
    assert_eq!(
        pairs.last().unwrap(),
        &("next_cursor".to_owned(), "c1".to_owned())
    );
}

#[tokio::test]
async fn treats_an_empty_cursor_as_the_first_page() {
    let (client, transport) = answering(&json!([]));
    let arguments = json!({"accountId": "acc_1", "next_cursor": ""});
    client
        .call_tool("list_all_shop_projects", arguments)
        .await
        .unwrap();
    assert_eq!(
        transport.requests()[0].query,
        "integrated_account_id=acc_551&accountId=acc_1"
    );
}

#[tokio::test]
async fn refuses_invalid_arguments_with_every_problem() {
    let (client, transport) = answering(&json!(null));
    let arguments = json!({"name": "", "account_id": "acc_1", "env": "LIVE", "note": 5});
    let error = client
        .call_tool("create_a_shop_project", arguments)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "create_a_shop_project: 4 problems with the arguments; nothing was sent\n\
         /name: expected at least 1 character, found \"\"\n\
         /env: expected one of \"live\", \"test\", found \"LIVE\"; did you mean \"live\"?\n\
         /note: expected a string, found 5\n\
         /account_id: no such argument; did you mean `accountId`?"
    );
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn suggests_a_name_for_an_unknown_tool() {
    let (client, _) = answering(&json!(null));
    let error = client
        .call_tool("list_shop_projects", json!({}))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no tool `list_shop_projects`; did you mean `list_all_shop_projects`?"
    );
    assert_eq!(error.tool(), Some("list_shop_projects"));
}

#[tokio::test]
async fn refuses_by_name_what_the_type_refuses() {
    let (client, transport) = answering(&json!(null));
    let read_only = client.read_only();
    let create = read_only.call_tool("create_a_shop_project", json!({}));
    assert_eq!(
        create.await.unwrap_err().to_string(),
        "create_a_shop_project: this client may not call the tool: it changes something, which requires \
         a `Client<ReadWrite>`"
    );
    let delete = client
        .read_write()
        .call_tool("delete_a_shop_project_by_id", json!({"id": "p"}));
    assert!(matches!(delete.await, Err(Error::AccessDenied { .. })));
    assert!(transport.requests().is_empty());
}

#[test]
fn lists_the_tools_that_a_client_may_call() {
    let (client, _) = answering(&json!(null));
    let names = |tools: &mut dyn Iterator<Item = &'static crate::ToolSpec>| {
        tools.map(|tool| tool.name).collect::<Vec<_>>()
    };
    assert_eq!(client.tools().count(), TOOLS.len());
    let reading = client.read_write().read_only();
    assert_eq!(
        names(&mut reading.tools()),
        [
            "get_single_shop_project_by_id",
            "list_all_shop_orders",
            "list_all_shop_projects",
            "shop_orders_find_order"
        ]
    );
    assert!(TOOLS.is_sorted_by_key(|tool| tool.name));
    assert_eq!(
        client.tool("list_all_shop_projects").unwrap().name,
        "list_all_shop_projects"
    );
}

#[test]
fn clients_and_calls_are_send() {
    fn is_send_and_static<T: Send + 'static>(_: &T) {}
    fn is_shared<T: Clone + Send + Sync + 'static>() {}
    fn writes<A: CanWrite>() {}
    is_shared::<Client<Full>>();
    is_shared::<Client<ReadOnly>>();
    writes::<ReadWrite>();

    let (client, _) = answering(&json!(null));
    let list = || client.projects().list(ListProjects::new("acc_1"));
    is_send_and_static(&list());
    is_send_and_static(&list().collect(5));
    is_send_and_static(&list().items());
    is_send_and_static(&list().raw());
}
