//! Attempts, waits and timeouts, on a paused clock.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::shop::{CreateProject, GetProject, Project};
use super::{project, scripted};
use crate::error::TransportErrorKind;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Error, RetryPolicy};

fn good() -> MockResponse {
    MockResponse::json(200, &project("prj_1"))
}

fn broken() -> MockResponse {
    MockResponse::error(TransportErrorKind::Broken, "the connection broke")
}

/// Returns the result of a read, the number of requests and the duration.
async fn read(
    replies: impl IntoIterator<Item = MockResponse>,
) -> (Result<Project, Error>, usize, Duration) {
    let (client, transport) = scripted(replies);
    let start = Instant::now();
    let outcome = client.projects().get(GetProject::new("prj_1")).await;
    (outcome, transport.requests().len(), start.elapsed())
}

fn keys(transport: &MemoryTransport) -> Vec<Option<String>> {
    let key = |received: &crate::transport::RecordedRequest| {
        received.header("idempotency-key").map(str::to_owned)
    };
    transport.requests().iter().map(key).collect()
}

#[tokio::test(start_paused = true)]
async fn waits_for_the_reset_that_the_server_names() {
    for (name, value, seconds) in [
        ("retry-after", "7", 7),
        ("retry-after-ms", "2000", 2),
        ("ratelimit-reset", "60", 60),
        ("ratelimit", "\"a\";r=0;t=3", 3),
    ] {
        let (outcome, sent, took) =
            read([MockResponse::new(429).header(name, value), good()]).await;
        outcome.unwrap();
        assert_eq!((sent, took.as_secs()), (2, seconds), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn fails_at_once_if_the_wait_is_too_long() {
    let reply = MockResponse::new(429)
        .header("retry-after", "3600")
        .header("ratelimit-limit", "50;w=10");
    let (outcome, sent, took) = read([reply]).await;
    let error = outcome.unwrap_err();
    assert_eq!((sent, took), (1, Duration::ZERO));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "get_single_shop_project_by_id: the rate limit is exhausted (50 calls in 10 s); try again in \
         3600 s"
    );
}

#[tokio::test(start_paused = true)]
async fn retries_a_read_after_a_transient_failure() {
    for status in [408, 425, 500, 502, 504] {
        let (outcome, sent, _) = read([MockResponse::new(status), good()]).await;
        outcome.unwrap();
        assert_eq!(sent, 2, "{status}");
    }
    for status in [400, 401, 403, 404, 405, 409, 422, 503] {
        let (outcome, sent, _) = read([MockResponse::new(status), good()]).await;
        assert_eq!(outcome.unwrap_err().status().unwrap().as_u16(), status);
        assert_eq!(sent, 1, "{status}");
    }
    let (outcome, sent, _) = read([broken(), good()]).await;
    outcome.unwrap();
    assert_eq!(sent, 2);
}

#[tokio::test(start_paused = true)]
async fn x_should_retry_overrides_the_status() {
    let advice = |status, advice| MockResponse::new(status).header("x-should-retry", advice);
    assert_eq!(read([advice(503, "true"), good()]).await.1, 2);
    assert_eq!(read([advice(500, "false"), good()]).await.1, 1);
    assert_eq!(read([advice(429, "false"), good()]).await.1, 1);
    assert_eq!(read([advice(500, "False"), good()]).await.1, 1);
    assert_eq!(read([advice(500, "perhaps"), good()]).await.1, 2);
}

#[tokio::test(start_paused = true)]
async fn bounds_and_counts_attempts() {
    let replies = || (0..9).map(|_| broken());
    let (outcome, sent, took) = read(replies()).await;
    assert_eq!(sent, 4);
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert_eq!(
        outcome.unwrap_err().to_string(),
        "get_single_shop_project_by_id: the connection broke, after 4 attempts"
    );

    let (client, transport) = scripted(replies());
    let call = client
        .projects()
        .get(GetProject::new("p"))
        .retry(RetryPolicy::never());
    call.await.unwrap_err();
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn sends_one_key_for_each_call() {
    let (client, transport) = scripted([broken(), MockResponse::new(500), good(), good()]);
    client
        .projects()
        .create(CreateProject::new("a", "acc_1"))
        .await
        .unwrap();
    client
        .projects()
        .create(CreateProject::new("a", "acc_1"))
        .await
        .unwrap();
    let keys = keys(&transport);
    assert_eq!(keys.len(), 4);
    assert_eq!(keys[0].as_ref().unwrap().len(), 32);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[1], keys[2]);
    assert_ne!(keys[2], keys[3]);
}

#[tokio::test(start_paused = true)]
async fn sends_the_configured_key_of_a_write_without_retries() {
    let (client, transport) = scripted([good(), good(), good()]);
    let create = || client.projects().create(CreateProject::new("a", "acc_1"));
    create().retry(RetryPolicy::never()).await.unwrap();
    create()
        .retry(RetryPolicy::never())
        .idempotency_key("mine")
        .await
        .unwrap();
    create().idempotency_key("mine").await.unwrap();
    assert_eq!(
        keys(&transport),
        [None, Some("mine".to_owned()), Some("mine".to_owned())]
    );

    let error = create().idempotency_key("a\nb").await.unwrap_err();
    assert!(matches!(error, Error::Config { .. }), "{error}");
    assert_eq!(error.tool(), Some("create_a_shop_project"));
    assert_eq!(
        error.to_string(),
        "create_a_shop_project: the idempotency key is not a valid header value"
    );
}

#[tokio::test(start_paused = true)]
async fn sends_no_key_with_a_read() {
    let (client, transport) = scripted([good()]);
    client.projects().get(GetProject::new("p")).await.unwrap();
    assert_eq!(keys(&transport), [None]);
}

#[tokio::test(start_paused = true)]
async fn ends_a_call_at_its_timeout() {
    let slow = || good().after(Duration::from_secs(30));
    let (client, _) = scripted([slow(), slow()]);
    let start = Instant::now();
    let call = client.projects().get(GetProject::new("p"));
    let error = call.timeout(Duration::from_millis(1500)).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_millis(1500));
    assert_eq!(
        error.to_string(),
        "get_single_shop_project_by_id: no response in 1.5 s"
    );
    assert!(error.is_retryable());
    client.projects().get(GetProject::new("p")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn applies_a_timeout_over_all_attempts() {
    let slow = MockResponse::new(500).after(Duration::from_secs(6));
    let (client, transport) = scripted([slow, good().after(Duration::from_secs(6))]);
    let start = Instant::now();
    let call = client
        .projects()
        .get(GetProject::new("p"))
        .timeout(Duration::from_secs(10));
    let error = call.await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    assert_eq!(transport.requests().len(), 2);
    assert!(
        error
            .to_string()
            .ends_with("no response in 10 s, after 2 attempts"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn does_not_start_a_wait_beyond_the_timeout() {
    let reply =
        MockResponse::json(429, &json!({"message": "slow down"})).header("retry-after", "10");
    let (client, transport) = scripted([reply]);
    let call = client
        .projects()
        .get(GetProject::new("p"))
        .timeout(Duration::from_secs(5));
    let error = call.await.unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)), "{error}");
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn bounds_the_wait_that_the_own_refusal_names() {
    let limited = |seconds| MockResponse::new(429).header("retry-after", seconds);
    let early = limited("5").after(Duration::from_millis(100));
    let late = limited("60").after(Duration::from_secs(1));
    let (client, transport) = scripted([early, late, good()]);
    let retry = RetryPolicy::default().max_wait(Duration::from_secs(10));
    let read = || {
        let call = client.projects().get(GetProject::new("p")).retry(retry);
        call.timeout(Duration::from_secs(600))
    };
    let start = Instant::now();
    // The server asks the second call for sixty seconds, which is more than its policy allows. The first
    // call waits in the queue as long as its timeout allows.
    let second = async {
        let error = read().await.unwrap_err();
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        error
    };
    let (first, error) = tokio::join!(read(), second);
    first.unwrap();
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!(error.attempts().len(), 1);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert!(
        start.elapsed() >= Duration::from_secs(61),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(transport.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn sends_nothing_if_the_wait_takes_the_whole_timeout() {
    let spent = good()
        .header("ratelimit-remaining", "0")
        .header("ratelimit-reset", "30");
    let (client, transport) = scripted([spent, good()]);
    client.projects().get(GetProject::new("p")).await.unwrap();
    let start = Instant::now();
    let call = client.projects().get(GetProject::new("p"));
    let error = call.timeout(Duration::from_secs(30)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(transport.requests().len(), 1);
}
