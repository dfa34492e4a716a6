//! Finds out why a webhook does not arrive: lists the webhooks of the topic, and pings their addresses.
//!
//! ```text
//! cargo run -p examples --example debug_webhook [-- TOPIC [PROJECT_ID [ACCOUNT_ID]]]
//! ```

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::env;
use std::error::Error;

use generated::runtime::values::Choice;
use generated::the_auth_api::{Client, ListWebhooks, PingWebhook, Topic, Webhook, WebhookStatus};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let topic: Topic = match arguments.next() {
        Some(topic) => Topic::parse(&topic)?,
        None => Topic::ApiKeyUpdated,
    };
    let project = arguments.next().unwrap_or("prj_4411".to_owned());
    let account = arguments.next().unwrap_or("acc_8923".to_owned());

    let session = examples::connect()?;
    let request = ListWebhooks::new(account.as_str(), project.as_str(), topic);
    let webhooks = session
        .client
        .webhooks()
        .list(request)
        .collect(100)
        .await?
        .items;
    if webhooks.is_empty() {
        println!("No webhook of project {project} listens to {topic}. Create one first.");
    }
    for webhook in &webhooks {
        debug_webhook(&session.client, webhook).await?;
    }
    Ok(())
}

async fn debug_webhook(client: &Client, webhook: &Webhook) -> Result<(), Box<dyn Error>> {
    println!("{} ({}) -> {}", webhook.name, webhook.id, webhook.url);
    if webhook.status == WebhookStatus::Paused {
        println!("  paused: it is not called until its status is live");
    }
    let Some(method) = webhook.http_method.known() else {
        println!(
            "  method {:?} is new to this program; not pinged",
            webhook.http_method
        );
        return Ok(());
    };
    let ping = PingWebhook::new(webhook.url.as_str(), method);
    let answer = client.webhooks().ping(ping).await?;
    let status = answer
        .status_code
        .map_or("no status".to_owned(), |status| status.to_string());
    let message = answer.message.unwrap_or_default();
    if answer.success {
        println!("  ping: responded with {status}");
    } else {
        println!("  ping: failed with {status}. {message}");
    }
    Ok(())
}
