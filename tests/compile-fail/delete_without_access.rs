//! A destructive tool on a client that only writes.

use generated::runtime::Error;
use generated::the_auth_api::{Client, DeleteApiKey};

async fn delete(client: &Client<generated::runtime::ReadWrite>) -> Result<(), Error> {
    client.api_keys().delete(DeleteApiKey::new("key_9001")).await?;
    Ok(())
}

fn main() {}
