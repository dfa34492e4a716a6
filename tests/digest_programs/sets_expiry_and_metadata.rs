//! Gives an API key custom data and an expiry, and takes the expiry away again.

use std::time::{Duration, SystemTime};

use generated::runtime::{DateTime, Error};
use generated::the_auth_api::{ApiKey, Client, GetApiKey, UpdateApiKey};
use serde_json::json;

async fn expire(client: &Client, key: &ApiKey, days: u64) -> Result<ApiKey, Error> {
    let end = SystemTime::now() + Duration::from_secs(days * 24 * 60 * 60);
    let request = UpdateApiKey::new(&key.id, &key.name)
        .custom_meta_data([("plan".to_owned(), json!({"name": "trial", "days": days}))])
        .expiry(DateTime::from(end));
    client.api_keys().update(request).await
}

async fn keep(client: &Client, key: &ApiKey) -> Result<ApiKey, Error> {
    let request = UpdateApiKey::new(&key.id, &key.name).expiry_null();
    client.api_keys().update(request).await
}

#[tokio::test]
async fn sets_and_removes_the_expiry() {
    let (_server, client) = crate::connect();
    let key = client
        .api_keys()
        .get(GetApiKey::new("key_101"))
        .await
        .unwrap();
    let expiring = expire(&client, &key, 7).await.unwrap();
    assert!(expiring.expiry.is_some());
    let data = expiring.custom_meta_data.unwrap();
    assert_eq!(data["plan"]["days"], 7);
    let kept = keep(&client, &key).await.unwrap();
    assert!(kept.expiry.is_none());
    // What is left out stays.
    assert_eq!(kept.custom_meta_data.unwrap()["plan"]["name"], "trial");
    assert_eq!(
        (kept.key, kept.custom_user_id),
        (key.key, key.custom_user_id)
    );
}
