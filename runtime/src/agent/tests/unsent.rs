//! Calls that were not sent: each cause has a separate text.

use std::time::Duration;

use super::calls::{arguments, project};
use crate::rate_limit::Quota;
use crate::tests::shop;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder};

const CREATE: &str = "create_a_shop_project";
const GET: &str = "get_single_shop_project_by_id";

const CHECK: &str =
    "The call may have taken effect anyway: check whether it did before you call it again";
const NOTHING: &str = "nothing was sent";

#[tokio::test(start_paused = true)]
async fn a_call_that_timed_out_unsent_says_why() {
    // Shorter than the second after which more calls may start.
    const LIMIT: Duration = Duration::from_millis(500);
    let slow = |_: &_| MockResponse::json(200, &project()).after(2 * LIMIT);
    let transport = MemoryTransport::respond_with(slow);
    let builder = || {
        ClientBuilder::new(shop::CATALOG)
            .token("shop-token")
            .account("acc_551")
            .timeout(LIMIT)
            .quota(Quota::unlimited().slow_start(1))
            .transport(transport.clone())
    };
    let first_alone: Client = builder().build().unwrap();
    let without_time: Client = builder().attempt_timeout(Duration::ZERO).build().unwrap();
    let (first, second) = (first_alone.toolbox(), first_alone.toolbox());
    let third = without_time.toolbox();
    let replies = tokio::join!(
        first.call(CREATE, arguments()),
        second.call(CREATE, arguments()),
        third.call(CREATE, arguments()),
    );
    let texts = [replies.0.text(), replies.1.text(), replies.2.text()];
    let expected = [
        format!("{CREATE}: no response within 1 s. {CHECK}"),
        format!(
            "{CREATE}: the API has not yet responded to earlier calls; {NOTHING}. Try again in a few seconds"
        ),
        format!(
            "{CREATE}: the call timed out before it could be sent; {NOTHING}. Try again in a few seconds"
        ),
    ];
    assert_eq!(texts, expected);
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn arguments_that_are_too_long_for_a_url_are_to_be_shortened() {
    let transport = MemoryTransport::script([]);
    let client: Client = ClientBuilder::new(shop::CATALOG)
        .token("shop-token")
        .account("acc_551")
        .transport(transport.clone())
        .build()
        .unwrap();
    let arguments = serde_json::json!({"id": "x".repeat(70_000)});
    let reply = client.toolbox().call(GET, arguments).await;
    assert_eq!(
        reply.text(),
        format!(
            "{GET}: the arguments make the URL of the request too long; {NOTHING}. Shorten them"
        )
    );
    assert!(transport.requests().is_empty());
}
