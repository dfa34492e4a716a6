//! Calls that do not wait for the rate limit themselves, on a paused clock.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::rate_limit::Quota;
use crate::tests::shop::{Client, GetProject};
use crate::tests::{CANARY, project};
use crate::transport::{MemoryTransport, MockResponse};
use crate::{ClientBuilder, Error, RetryPolicy};

const SECOND: Duration = Duration::from_secs(1);

fn good() -> MockResponse {
    MockResponse::json(200, &project("p"))
}

fn builder(transport: &MemoryTransport) -> ClientBuilder<Client> {
    Client::builder()
        .token(CANARY)
        .account("acc_551")
        .transport(transport.clone())
}

async fn get(client: &Client) -> Result<(), Error> {
    client.projects().get(GetProject::new("p")).await.map(drop)
}

/// The margin that a quota adds to its window.
const MARGIN: Duration = Duration::from_millis(300);

/// The timeout, the wait that a quota or a refusal asks for, and the wait in the call.
const WAITS: &[(Option<Duration>, Duration, Result<Duration, Duration>)] = &[
    (None, Duration::from_secs(10), Ok(Duration::from_secs(10))),
    (
        Some(Duration::ZERO),
        Duration::from_secs(10),
        Err(Duration::from_secs(10)),
    ),
    (
        Some(SECOND),
        Duration::from_secs(10),
        Err(Duration::from_secs(10)),
    ),
    (
        Some(SECOND),
        Duration::from_secs(1),
        Err(Duration::from_secs(1)),
    ),
    (
        Some(SECOND),
        Duration::from_millis(600),
        Ok(Duration::from_millis(600)),
    ),
];

/// Checks the outcome of a call that began at `began`.
fn check(
    outcome: Result<(), Error>,
    began: Instant,
    expected: Result<Duration, Duration>,
) -> Option<Error> {
    match (outcome, expected) {
        (Ok(()), Ok(wait)) => {
            assert!((wait..=wait + MARGIN).contains(&began.elapsed()));
            None
        }
        (Err(error), Err(wait)) => {
            assert_eq!(began.elapsed(), Duration::ZERO, "{error}");
            assert!(error.is_rate_limited() && error.is_retryable(), "{error}");
            let said = error.retry_after().unwrap();
            assert!((wait..=wait + MARGIN).contains(&said), "{error}");
            Some(error)
        }
        (outcome, expected) => panic!("{outcome:?}, not {expected:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_must_not_wait_says_how_long_the_wait_is() {
    for (timeout, window, expected) in WAITS {
        let transport = MemoryTransport::respond_with(|_| good());
        let mut builder = builder(&transport).quota(Quota::unlimited().per_account(2, *window));
        if let Some(timeout) = timeout {
            builder = builder.rate_limit_timeout(*timeout);
        }
        let client = builder.build().unwrap();
        get(&client).await.unwrap();
        get(&client).await.unwrap();
        let began = Instant::now();
        if let Some(error) = check(get(&client).await, began, *expected) {
            assert_eq!(transport.requests().len(), 2, "it was not sent");
            tokio::time::sleep(error.retry_after().unwrap()).await;
            get(&client).await.unwrap();
        }
        assert_eq!(client.rate_limiter().status().waiting, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_that_must_not_wait_says_how_long_the_wait_is() {
    for (timeout, wait, expected) in WAITS {
        let began = Instant::now();
        let wait = *wait;
        let transport = MemoryTransport::respond_with(move |_| {
            if began.elapsed() < wait {
                MockResponse::new(429).header("retry-after", &wait.as_secs_f64().to_string())
            } else {
                good()
            }
        });
        let mut builder = builder(&transport).retry(RetryPolicy::default());
        if let Some(timeout) = timeout {
            builder = builder.rate_limit_timeout(*timeout);
        }
        let client = builder.build().unwrap();
        if let Some(error) = check(get(&client).await, began, *expected) {
            assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
            assert_eq!(error.attempts().len(), 1);
            tokio::time::sleep(wait).await;
            get(&client).await.unwrap();
        }
        assert_eq!(transport.requests().len(), 2, "{timeout:?} {wait:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_must_not_wait_do_not_wait_for_a_first_response() {
    let transport = MemoryTransport::respond_with(|_| good().after(Duration::from_secs(5)));
    let client = builder(&transport)
        .rate_limit_timeout(Duration::ZERO)
        .build()
        .unwrap();
    let began = Instant::now();
    let outcomes = join_all((0..15).map(|_| get(&client))).await;
    assert_eq!(began.elapsed(), Duration::from_secs(5));
    let errors: Vec<Error> = outcomes.into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 5);
    for error in errors {
        assert!(error.is_timeout() && error.is_retryable(), "{error}");
        let says = "no response in 0 s: the call waited for the responses to earlier calls";
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.attempts().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn the_wait_of_an_error_is_that_of_the_limit_that_is_reached() {
    for (remaining, reset, window, expected) in [
        // The quota of the client ends earlier than the window of the server, which has calls left.
        ("900", "60", SECOND, SECOND),
        (
            "900",
            "60",
            Duration::from_secs(90),
            Duration::from_secs(90),
        ),
        ("0", "60", SECOND, Duration::from_secs(60)),
    ] {
        let transport = MemoryTransport::respond_with(move |_| {
            good()
                .header("ratelimit-limit", "1000")
                .header("ratelimit-remaining", remaining)
                .header("ratelimit-reset", reset)
        });
        let client = builder(&transport)
            .quota(Quota::unlimited().per_account(1, window))
            .rate_limit_timeout(Duration::ZERO)
            .build()
            .unwrap();
        get(&client).await.unwrap();
        let error = get(&client).await.unwrap_err();
        let said = error.retry_after().unwrap();
        // A quota adds a part of its window.
        let margin = SECOND + expected / 20;
        assert!(
            (expected.saturating_sub(MARGIN)..=expected + margin).contains(&said),
            "{remaining} left, {window:?}: {said:?}"
        );
        assert!(transport.requests().len() == 1, "it was not sent");
    }
}
