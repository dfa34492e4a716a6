//! A call that is not awaited before `?`.

use generated::runtime::Error;
use generated::the_auth_api::{ApiKey, Client, GetApiKey};

async fn key(client: &Client) -> Result<ApiKey, Error> {
    let key = client.api_keys().get(GetApiKey::new("key_9001"))?;
    Ok(key)
}

fn main() {}
