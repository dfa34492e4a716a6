//! Tokens that expire while they are renewed, or while a call waits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::project;
use super::renewed_tokens::{accepting, builder, get};
use super::shop::CreateProject;
use crate::RetryPolicy;
use crate::client::AccessToken;
use crate::rate_limit::Quota;
use crate::transport::{MemoryTransport, MockResponse};

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_fails_no_call_whose_token_holds() {
    let asked = AtomicUsize::new(0);
    let provider = move || {
        let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if !first {
                std::future::pending::<()>().await;
            }
            let token = AccessToken::new("tok_first").expires_in(Duration::from_secs(10));
            Ok::<_, std::io::Error>(token)
        }
    };
    let builder = builder(&accepting("tok_first"), provider);
    let client = builder.timeout(Duration::from_secs(3)).build().unwrap();
    let began = Instant::now();
    for (at, holds) in [(0, true), (9_100, true), (9_900, true), (10_000, false)] {
        tokio::time::sleep_until(began + Duration::from_millis(at)).await;
        let ended = get(&client).await;
        assert_eq!(ended.is_ok(), holds, "{at}: {ended:?}");
        assert_eq!(began.elapsed().as_millis() == at.into(), holds, "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_during_a_wait_is_not_sent() {
    let asked = AtomicUsize::new(0);
    let provider = move || {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        let token = AccessToken::new(format!("tok_{number}"));
        async move { Ok::<_, std::io::Error>(token.expires_in(Duration::from_secs(1))) }
    };
    let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project("p")));
    let quota = Quota::unlimited().per_token(1, Duration::from_secs(3));
    let client = builder(&transport, provider).quota(quota).build().unwrap();
    get(&client).await.unwrap();
    let create = client.projects().create(CreateProject::new("a", "live"));
    create.retry(RetryPolicy::never()).await.unwrap();
    let sent = transport.requests();
    let sent: Vec<_> = sent
        .iter()
        .map(|sent| sent.header("authorization").unwrap_or_default())
        .collect();
    // The second was good until the call waited.
    assert_eq!(sent, ["Bearer tok_0", "Bearer tok_1"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_gets_no_token_after_its_wait_takes_nothing_from_the_quota() {
    const WINDOW: Duration = Duration::from_secs(3);
    let second = Duration::from_secs(1);
    // The renewal fails, the call is dropped meanwhile, or its time is over.
    for (fails, limit) in [(true, 10), (false, 4), (false, 10)] {
        let asked = AtomicUsize::new(0);
        let provider = move || {
            let is_first = asked.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                match (is_first, fails) {
                    (true, _) => Ok(AccessToken::new("tok_0").expires_in(2 * second)),
                    (false, true) => Err(std::io::Error::other("the vault is locked")),
                    (false, false) => std::future::pending().await,
                }
            }
        };
        let refusal = serde_json::json!({"statusCode": 401, "message": "no"});
        let sent = AtomicUsize::new(0);
        let transport =
            MemoryTransport::respond_with(move |_| match sent.fetch_add(1, Ordering::SeqCst) {
                0 => MockResponse::json(200, &project("p")),
                _ => MockResponse::json(401, &refusal),
            });
        let quota = Quota::unlimited().per_account(1, WINDOW);
        let builder = builder(&transport, provider).quota(quota);
        let client = builder.timeout(6 * second).build().unwrap();
        let began = Instant::now();
        get(&client).await.unwrap();
        let other = client.for_account("acc_2");
        // A token that the server has refused is not used, although its renewal fails.
        let refused = async {
            tokio::time::sleep(second).await;
            if fails {
                get(&other).await.unwrap_err();
            }
        };
        let waiting = tokio::time::timeout(limit * second, get(&client));
        let (ended, ()) = tokio::join!(waiting, refused);
        assert_eq!(ended.is_err(), limit == 4, "{ended:?}");
        assert!(!matches!(ended, Ok(Ok(_))), "{ended:?}");
        assert!(began.elapsed() >= WINDOW, "{:?}", began.elapsed());
        assert_eq!(transport.requests().len(), 1 + usize::from(fails));
        let status = client.rate_limiter().status();
        let left = (status.left, status.in_flight);
        assert_eq!(left, (Some(1), 0), "{fails} {limit}");
    }
}
