//! Calls tools by name: once for a program, once for a model.

use generated::runtime::{Error, Json};
use generated::the_auth_api::Client;
use serde_json::json;

const LIST: &str = "list_all_the_auth_api_api_keys";

async fn for_a_program(client: &Client, arguments: Json) -> Result<Json, Error> {
    client.call_tool(LIST, arguments).await
}

async fn for_a_model(client: &Client, arguments: Json) -> (bool, String) {
    let reply = client.read_only().toolbox().call(LIST, arguments).await;
    (reply.is_error(), reply.text().to_owned())
}

#[tokio::test]
async fn calls_by_name() {
    let (_server, client) = crate::connect();
    let keys = for_a_program(&client, json!({"projectId": "prj_112"}))
        .await
        .unwrap();
    assert!(keys.to_string().contains("key_201"), "{keys}");
    let refused = for_a_program(&client, json!({"projectId": 5})).await;
    assert!(matches!(refused, Err(Error::Arguments { .. })));
    let (is_error, text) = for_a_model(&client, json!({"project_id": "prj_112"})).await;
    assert!(
        is_error && text.contains("did you mean `projectId`?"),
        "{text}"
    );
    let (is_error, text) = for_a_model(&client, json!({"projectId": "prj_112"})).await;
    assert!(!is_error && text.contains("key_201"), "{text}");
}
