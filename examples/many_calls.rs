//! Creates an API key for each user of a list, ten at a time. Ctrl-C stops it cleanly, and the next
//! run continues where it stopped.
//!
//! ```text
//! cargo run -p examples --example many_calls [-- FILE]
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example prints, and keeps a list of what is done"
)]

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use generated::the_auth_api::{ApiKey, Client, CreateApiKey};

/// The calls that are made at the same time.
const AT_ONCE: usize = 10;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).unwrap_or("done.txt".to_owned());
    let users: Vec<String> = (1..=40).map(|number| format!("user_{number}")).collect();
    let session = examples::connect()?;
    create_keys(&session.client, &users, &file).await
}

async fn create_keys(client: &Client, users: &[String], file: &str) -> Result<(), Box<dyn Error>> {
    let done = fs::read_to_string(file).unwrap_or_default();
    let done: BTreeSet<&str> = done.lines().collect();
    let mut log = OpenOptions::new().create(true).append(true).open(file)?;
    let open = users.iter().filter(|user| !done.contains(user.as_str()));

    // After Ctrl-C, no call is started, and calls in flight finish.
    let calls = stream::iter(open)
        .take_until(tokio::signal::ctrl_c())
        .map(async |user| (user, create_key(client, user).await))
        .buffer_unordered(AT_ONCE);
    let mut calls = pin!(calls);
    let (mut created, mut failed) = (0, 0);
    while let Some((user, result)) = calls.next().await {
        match result {
            Ok(_) => {
                writeln!(log, "{user}")?;
                created += 1;
            }
            Err(error) => {
                println!("{user}: {error}");
                failed += 1;
            }
        }
    }
    println!(
        "{created} created, {failed} failed, {} were done before",
        done.len()
    );
    Ok(())
}

async fn create_key(client: &Client, user: &str) -> Result<ApiKey, generated::runtime::Error> {
    let request = CreateApiKey::new(user, "prj_4411").custom_user_id(user);
    client
        .api_keys()
        .create(request)
        // The same in each run: a key that an interrupted run created is not created again.
        .idempotency_key(format!("first-key-of-{user}"))
        // Includes the time in the queue of the rate limit.
        .timeout(Duration::from_secs(300))
        .await
}
