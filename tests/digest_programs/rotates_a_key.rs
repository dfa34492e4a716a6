//! Rotates the active API key of a user, and checks the new one.

use generated::runtime::Error;
use generated::the_auth_api::{AuthenticateKey, Client, ListApiKeys, RotateApiKey};

async fn rotate(client: &Client, user: &str) -> Result<Option<String>, Error> {
    let keys = ListApiKeys::new().custom_user_id(user).is_active(true);
    let mut keys = client.api_keys().list(keys).items();
    let Some(key) = keys.next().await else {
        return Ok(None);
    };
    let key = key?;
    let rotated = client.api_keys().rotate(RotateApiKey::new(&key.id)).await?;
    let checked = client
        .api_keys()
        .authenticate_key(AuthenticateKey::new(&rotated.key))
        .await?;
    assert!(checked.is_active && rotated.key != key.key);
    Ok(Some(rotated.id.to_string()))
}

#[tokio::test]
async fn rotates_the_key_of_a_user() {
    let (_server, client) = crate::connect();
    let rotated = rotate(&client, "backend_service").await.unwrap();
    assert_eq!(rotated.as_deref(), Some("key_101"));
    assert_eq!(rotate(&client, "no_user").await.unwrap(), None);
}
