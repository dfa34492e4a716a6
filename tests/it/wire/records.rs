//! Records that violate or extend their schema lose nothing.

use generated::the_auth_api::{Env, GetApiKey, ListApiKeys};
use serde_json::{Value, json};
use toolsmith_runtime::{Error, Open};

use crate::setup;

fn api_key() -> Value {
    json!({
        "id": "key_1", "key": "live_abc", "name": "backend", "env": "live", "isActive": true,
        "createdAt": "2026-05-01T10:00:00Z", "updatedAt": "2026-05-01T10:00:00Z",
    })
}

fn api_key_with(name: &str, value: Value) -> Value {
    let mut record = api_key();
    record[name] = value;
    record
}

#[tokio::test]
async fn records_serialize_unchanged() {
    for record in [
        api_key(),
        api_key_with("env", json!("staging")),
        api_key_with("region", json!({"code": "eu", "zones": [1, 2]})),
        api_key_with("expiry", json!(null)),
        api_key_with("projectId", json!(null)),
        api_key_with("customMetaData", json!({"plan": null})),
        api_key_with("createdAt", json!("yesterday")),
        api_key_with(
            "rateLimitConfigs",
            json!({"rateLimit": 5, "rateLimitTtl": 1, "burst": 9}),
        ),
    ] {
        let (client, _) = setup::client_with_response(record.clone());
        let key = client
            .api_keys()
            .get(GetApiKey::new("key_1"))
            .await
            .unwrap();
        assert_eq!(serde_json::to_value(&key).unwrap(), record);
        let again = serde_json::from_value(record).unwrap();
        assert_eq!(key, again);
    }
}

#[tokio::test]
async fn a_new_value_of_an_enum_reads_as_unknown() {
    let record = api_key_with("env", json!("staging"));
    let (client, _) = setup::client_with_response(record);
    let key = client
        .api_keys()
        .get(GetApiKey::new("key_1"))
        .await
        .unwrap();
    assert_eq!(key.env, Open::Unknown("staging".to_owned()));
    assert_ne!(key.env, Env::Live);
}

#[tokio::test]
async fn an_unexpected_null_does_not_lose_the_page() {
    let broken = api_key_with("name", json!(null));
    let page = json!({"result": [api_key(), broken, api_key()], "next_cursor": null});
    let (client, _) = setup::client_with_response(page);
    let page = client.api_keys().list(ListApiKeys::new()).await.unwrap();
    assert_eq!(page.items.len(), 2);
    let [rejected] = page.rejected.as_slice() else {
        panic!("{:?}", page.rejected);
    };
    assert_eq!(rejected.json(), broken);
    assert!(
        rejected.problems.to_string().contains("/name"),
        "{}",
        rejected.problems
    );
}

#[tokio::test]
async fn an_unexpected_null_does_not_lose_the_response() {
    let broken = api_key_with("name", json!(null));
    let (client, _) = setup::client_with_response(broken.clone());
    let error = client
        .api_keys()
        .get(GetApiKey::new("key_1"))
        .await
        .unwrap_err();
    let Error::Decode(decode) = &error else {
        panic!("{error}");
    };
    assert!(error.to_string().contains("/name"), "{error}");
    let body: Value = serde_json::from_slice(&decode.body).unwrap();
    assert_eq!(body, broken);
}
