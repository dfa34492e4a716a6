//! Rotates the API key of a customer's user and checks that the new one works.
//!
//! ```text
//! cargo run -p examples --example rotate_key [-- CUSTOM_USER_ID [PROJECT_ID]]
//! ```

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::env;
use std::error::Error;

use generated::the_auth_api::{AuthenticateKey, Client, ListApiKeys, RotateApiKey};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let user = arguments.next().unwrap_or("service_worker_v2".to_owned());
    let project = arguments.next().unwrap_or("prj_4411".to_owned());

    let session = examples::connect()?;
    rotate_key(&session.client, &user, &project).await
}

async fn rotate_key(client: &Client, user: &str, project: &str) -> Result<(), Box<dyn Error>> {
    let active_keys = ListApiKeys::new()
        .project_id(project)
        .custom_user_id(user)
        .is_active(true);
    let Some(key) = client.api_keys().list(active_keys).items().next().await else {
        return Err(format!("no active key of `{user}` in project `{project}`").into());
    };
    let key = key?;
    println!("found    {}  {}  ({})", key.id, masked(&key.key), key.name);

    let rotated = client.api_keys().rotate(RotateApiKey::new(&key.id)).await?;
    println!("rotated  {}  {}", rotated.id, masked(&rotated.key));

    let checked = client
        .api_keys()
        .authenticate_key(AuthenticateKey::new(&rotated.key))
        .await?;
    if !checked.is_active || checked.id != key.id {
        return Err(format!("the new key of {} does not authenticate", key.id).into());
    }
    println!("checked  {}  is active and authenticates", checked.id);

    match client
        .api_keys()
        .authenticate_key(AuthenticateKey::new(&key.key))
        .await
    {
        Err(error) if error.status().is_some() => println!("         the old value is refused"),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("the old value still authenticates".into()),
    }
    Ok(())
}

/// Masks a key for the log, except for its first and last characters.
fn masked(key: &str) -> String {
    match (
        key.get(..5),
        key.len().checked_sub(3).and_then(|end| key.get(end..)),
    ) {
        (Some(start), Some(end)) if key.len() > 12 => format!("{start}…{end}"),
        _ => "…".to_owned(),
    }
}
