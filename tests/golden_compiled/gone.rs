//! A program that calls tools compiles after they are gone, with a warning. A call sends nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use toolsmith_runtime::Error;
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};

use crate::golden;

/// The program: it uses every part of the code of the tools. Only the attribute differs.
macro_rules! program {
    ($catalog:ident, #[$attribute:meta]) => {
        mod $catalog {
            use std::time::Duration;

            use toolsmith_runtime::{Error, Open};

            use crate::golden::$catalog::{
                Client, CreateInvitation, Env, InvitationStatus, ListWebhooks, Priority, Webhook,
                WebhookId, WebhookStatus,
            };

            fn use_record(webhook: &Webhook) -> Option<u64> {
                let is_live = webhook.status == Some(Open::Known(WebhookStatus::Live));
                let limits = webhook.limits.as_ref().filter(|_| is_live)?;
                limits.per_second
            }

            #[$attribute]
            pub(super) async fn run(client: &Client) -> [Result<u64, Error>; 3] {
                let request = ListWebhooks::new()
                    .status(WebhookStatus::Paused)
                    .env(Env::Test);
                let page = client.webhooks().list(request).await;
                let count =
                    page.map(|page| page.complete().unwrap().iter().filter_map(use_record).sum());
                let all = client
                    .webhooks()
                    .list(ListWebhooks::new())
                    .collect(10)
                    .await;
                let all = all.map(|all| all.items.iter().filter_map(use_record).sum());
                let request = CreateInvitation::new(
                    WebhookId::from("w"),
                    InvitationStatus::Pending,
                    Env::Live,
                );
                let created = client
                    .invitations()
                    .create(request.priority(Priority::N1))
                    .timeout(Duration::from_secs(5))
                    .await;
                [count, all, created.map(|_| 1)]
            }
        }
    };
}

program!(gone_before, #[deny(deprecated)]);
// Without the warning, the expectation is not fulfilled, which is a warning itself.
program!(gone, #[expect(deprecated, reason = "the tools are gone")]);

/// Builds a client that counts its requests.
macro_rules! client {
    ($catalog:ident, $sent:ident) => {{
        let sent = Arc::clone(&$sent);
        let transport = MemoryTransport::respond_with(move |_| {
            sent.fetch_add(1, Ordering::Relaxed);
            MockResponse::json(200, &json!({"result": [], "id": "i"}))
        });
        let builder = golden::$catalog::Client::builder();
        let builder = builder.token("t").account("a").transport(transport);
        builder.build().unwrap()
    }};
}

#[tokio::test]
async fn callers_of_tools_that_are_gone_compile_and_send_nothing() {
    let sent = Arc::new(AtomicUsize::new(0));
    for result in gone_before::run(&client!(gone_before, sent)).await {
        result.unwrap();
    }
    assert_eq!(sent.swap(0, Ordering::Relaxed), 3);
    let results = gone::run(&client!(gone, sent)).await;
    for (result, name) in results.into_iter().zip([
        "list_all_webhooks",
        "list_all_webhooks",
        "create_an_invitation",
    ]) {
        let error = result.unwrap_err();
        let line = error.to_string();
        assert!(
            line.contains(name) && line.contains("on 2026-11-30"),
            "{line}"
        );
        assert!(!error.is_retryable());
        match error {
            Error::ToolRemoved { tool, since, .. } => {
                assert_eq!((tool, since), (name, "2026-11-30"));
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(sent.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn tools_that_are_gone_are_offered_to_no_model() {
    let sent = Arc::new(AtomicUsize::new(0));
    let client = client!(gone, sent);
    let names: Vec<&str> = golden::gone::TOOLS.iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["get_a_webhook_by_id"]);
    assert!(golden::gone::CATALOG.tool("list_all_webhooks").is_none());
    let toolbox = client.toolbox();
    let offered: Vec<&str> = toolbox.tools().map(|tool| tool.name).collect();
    assert_eq!(offered, names);
    let reply = toolbox.call("list_all_webhooks", "{}").await;
    assert!(reply.is_error(), "{reply:?}");
    assert_eq!(sent.load(Ordering::Relaxed), 0);
}
