//! Pings the webhooks of a project that listen to a topic, which is given as a word.

use std::error::Error;

use generated::the_auth_api::{Client, ListWebhooks, PingWebhook, Topic};

async fn check(
    client: &Client,
    (account, project): (&str, &str),
    topic: &str,
) -> Result<Vec<String>, Box<dyn Error>> {
    let topic: Topic = topic.parse()?;
    let mut lines = Vec::new();
    let mut webhooks = client
        .webhooks()
        .list(ListWebhooks::new(account, project, topic))
        .items();
    while let Some(webhook) = webhooks.next().await {
        let webhook = webhook?;
        let Some(method) = webhook.http_method.known() else {
            lines.push(format!(
                "{}: unknown method {}",
                webhook.name, webhook.http_method
            ));
            continue;
        };
        let ping = client
            .webhooks()
            .ping(PingWebhook::new(&webhook.url, method))
            .await?;
        lines.push(format!(
            "{}: {} {:?}",
            webhook.name, ping.success, ping.status_code
        ));
    }
    Ok(lines)
}

#[tokio::test]
async fn pings_the_webhooks_of_a_topic() {
    let (_server, client) = crate::connect();
    let lines = check(&client, ("acc_8923", "prj_4411"), "api-key.updated")
        .await
        .unwrap();
    assert!(
        lines.iter().any(|line| line.ends_with(": false Some(500)")),
        "{lines:?}"
    );
    let error = check(&client, ("acc_8923", "prj_4411"), "api-key.changed")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("api-key.updated"), "{error}");
}
