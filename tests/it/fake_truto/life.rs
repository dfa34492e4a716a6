//! The Auth API keeps state: later calls see the effect of a write.

use reqwest::StatusCode;
use serde_json::{Value, json};
use toolsmith_testkit::fake_truto::Settings;

use super::caller::{Caller, column, send};

const LIST_KEYS: &str = "list_all_the_auth_api_api_keys";
const GET_KEY: &str = "get_single_the_auth_api_api_key_by_id";
const AUTHENTICATE: &str = "the_auth_api_api_keys_authenticate_key";

#[tokio::test]
async fn a_rotated_key_authenticates_only_with_its_new_value() {
    let caller = Caller::start();
    let filter = json!({"customUserId": "service_worker_v2", "isActive": true});
    let keys = caller.ok(LIST_KEYS, filter).await;
    assert_eq!(column(&keys, "id"), ["key_102"]);
    let old = keys[0]["key"].clone();

    let rotated = caller
        .ok(
            "create_a_the_auth_api_api_key_rotate",
            json!({"id": "key_102"}),
        )
        .await;
    assert_ne!(rotated["key"], old);
    assert_eq!(rotated["updatedAt"], "2026-06-15T09:00:01.000Z");
    let found = caller
        .ok(AUTHENTICATE, json!({"key": rotated["key"]}))
        .await;
    assert_eq!(found["id"], "key_102");
    let (status, body) = caller.call(AUTHENTICATE, json!({"key": old})).await;
    assert_eq!(
        (status, body["truto_is_remote_error"].as_bool()),
        (StatusCode::NOT_FOUND, Some(true))
    );

    let again = Caller::start();
    let same = again
        .ok(
            "create_a_the_auth_api_api_key_rotate",
            json!({"id": "key_102"}),
        )
        .await;
    assert_eq!(same, rotated, "values are the same in every run");
}

#[tokio::test]
async fn only_active_and_unexpired_keys_authenticate() {
    let caller = Caller::start();
    for (id, message) in [
        ("key_103", "The API key is not active."),
        ("key_105", "The API key has expired."),
    ] {
        let key = caller.ok(GET_KEY, json!({ "id": id })).await;
        let (status, body) = caller.call(AUTHENTICATE, json!({"key": key["key"]})).await;
        assert_eq!(
            (status, &body["message"]),
            (StatusCode::NOT_FOUND, &json!(message))
        );
    }
    let reactivate = "update_a_the_auth_api_api_key_reactivate_by_id";
    let key = caller.ok(reactivate, json!({"id": "key_103"})).await;
    caller.ok(AUTHENTICATE, json!({"key": key["key"]})).await;
    caller
        .ok(
            "delete_a_the_auth_api_api_key_by_id",
            json!({"id": "key_103"}),
        )
        .await;
    let (status, _) = caller.call(AUTHENTICATE, json!({"key": key["key"]})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_removed_project_removes_its_keys() {
    let caller = Caller::start();
    caller
        .ok(
            "delete_a_the_auth_api_project_by_id",
            json!({"id": "prj_4411"}),
        )
        .await;
    for (name, arguments) in [
        (GET_KEY, json!({"id": "key_101"})),
        (LIST_KEYS, json!({"projectId": "prj_4411"})),
        (
            "get_single_the_auth_api_webhook_by_id",
            json!({"id": "whk_1"}),
        ),
        (
            "update_a_the_auth_api_access_key_by_id",
            json!({"id": "ak_2", "name": "x"}),
        ),
        (
            "list_all_the_auth_api_analytics_project_totals",
            json!({"projectId": "prj_4411", "dateGrouping": "day"}),
        ),
    ] {
        let (status, body) = caller.call(name, arguments).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{name}: {body}");
    }
    caller.server.reset();
    caller.ok(GET_KEY, json!({"id": "key_101"})).await;
}

#[tokio::test]
async fn lists_are_paged_in_both_directions() {
    let caller = Caller::start();
    caller.server.set(Settings {
        page_size: Some(2),
        ..Settings::default()
    });
    let list = |cursor: &Value| {
        let mut arguments = json!({"projectId": "prj_4411"});
        if cursor.is_string() {
            arguments["next_cursor"] = cursor.clone();
        }
        caller.tool(LIST_KEYS, &arguments)
    };
    let (_, first) = send(list(&Value::Null)).await;
    let (_, second) = send(list(&first["next_cursor"])).await;
    let (_, third) = send(list(&second["next_cursor"])).await;
    let ids = [&first, &second, &third].map(|page| column(&page["result"], "id"));
    assert_eq!(
        ids.concat(),
        ["key_101", "key_102", "key_103", "key_104", "key_105"]
    );
    assert_eq!(third["result_count"], 1);
    assert_eq!(
        (&first["prev_cursor"], &third["next_cursor"]),
        (&Value::Null, &Value::Null)
    );
    let (_, back) = send(list(&second["prev_cursor"])).await;
    assert_eq!(back, first);
}

#[tokio::test]
async fn an_accepted_invitation_creates_a_teammate() {
    let caller = Caller::start();
    let teammates = "list_all_the_auth_api_teammates";
    let in_project = json!({"projectId": "prj_112"});
    let before = caller.ok(teammates, in_project.clone()).await;
    assert_eq!(column(&before, "name"), ["Ada Marlow", "Ben Ortiz"]);
    let accept = "create_a_the_auth_api_invitation_accept";
    let answer = caller.call(accept, json!({"invitationId": "inv_1"})).await;
    assert_eq!(answer, (StatusCode::NO_CONTENT, Value::Null));
    let after = caller.ok(teammates, in_project).await;
    assert_eq!(column(&after, "email").last(), Some(&"eve@acme.example"));
    let (status, body) = caller.call(accept, json!({"invitationId": "inv_1"})).await;
    assert_eq!(
        (status.as_u16(), &body["message"]),
        (422, &json!("The invitation is accepted already."))
    );
}

#[tokio::test]
async fn a_ping_calls_the_address_and_reports_the_outcome() {
    let caller = Caller::start();
    let own = caller.server.base_url().to_owned();
    for (url, success, message) in [
        (format!("{own}/hooks/ok"), true, "responded with 200"),
        (format!("{own}/hooks/broken"), false, "responded with 500"),
        ("http://127.0.0.1:1/".to_owned(), false, "cannot be reached"),
        (
            "https://example.com/".to_owned(),
            false,
            "only loopback addresses",
        ),
        (
            "http://127.0.0.1.example.com/".to_owned(),
            false,
            "only loopback addresses",
        ),
    ] {
        let arguments =
            json!({"url": url, "httpMethod": "PUT", "headers": {"x-a": "b"}, "body": {"c": 1}});
        let outcome = caller
            .ok("create_a_the_auth_api_webhooks_ping", arguments)
            .await;
        assert_eq!(outcome["success"], success, "{outcome}");
        assert!(
            outcome["message"].as_str().unwrap().contains(message),
            "{outcome}"
        );
    }
    let requests = caller.server.requests();
    let hook = requests
        .iter()
        .find(|request| request.path() == "/hooks/ok")
        .unwrap();
    assert_eq!(
        (hook.method.as_str(), hook.header("x-a")),
        ("PUT", Some("b"))
    );
    assert_eq!(hook.json(), Some(json!({"c": 1})));
}

#[tokio::test]
async fn the_log_has_the_received_requests() {
    let caller = Caller::start();
    caller
        .ok("create_a_the_auth_api_account", json!({"name": "é"}))
        .await;
    let (_, log) = send(caller.request("GET", "/control/requests")).await;
    let request = &log["result"][0];
    assert_eq!(
        request["target"],
        "/proxy/accounts?integrated_account_id=ia_551"
    );
    assert_eq!(request["headers"]["content-type"], "application/json");
    assert_eq!(request["body"], "{\"name\":\"é\"}");
    assert_eq!(caller.server.requests().len(), 1);
    caller.control("POST", "/control/reset", &Value::Null).await;
    assert!(caller.server.requests().is_empty());
}
