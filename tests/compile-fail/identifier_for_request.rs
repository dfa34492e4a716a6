//! An identifier where a request belongs.

use generated::runtime::Error;
use generated::the_auth_api::{ApiKey, Client};

async fn key(client: &Client) -> Result<ApiKey, Error> {
    client.api_keys().get("key_9001").await
}

fn main() {}
