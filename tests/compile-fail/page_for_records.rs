//! A page where its records belong.

use generated::runtime::Error;
use generated::the_auth_api::{ApiKey, Client, ListApiKeys};

async fn keys(client: &Client) -> Result<Vec<ApiKey>, Error> {
    client.api_keys().list(ListApiKeys::new()).await
}

fn main() {}
