//! A field of a record that was not fetched.

use generated::the_auth_api::{Client, GetApiKey};

async fn name(client: &Client) -> String {
    let key = client.api_keys().get(GetApiKey::new("key_9001"));
    key.name
}

fn main() {}
