//! All records without a maximum.

use generated::the_auth_api::{ApiKey, Client, ListApiKeys};

fn keys(client: &Client) -> Vec<ApiKey> {
    client.api_keys().list(ListApiKeys::new()).collect()
}

fn main() {}
