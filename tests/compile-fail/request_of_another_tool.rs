//! The request of another tool.

use generated::runtime::Error;
use generated::the_auth_api::{ApiKey, Client, ListApiKeys};

async fn key(client: &Client) -> Result<ApiKey, Error> {
    client.api_keys().get(ListApiKeys::new()).await
}

fn main() {}
