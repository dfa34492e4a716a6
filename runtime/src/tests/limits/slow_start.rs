//! Calls before the first response, and futures that are not polled.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::Error;
use crate::rate_limit::Quota;
use crate::tests::CANARY;
use crate::tests::shop::{Client, GetProject};
use crate::transport::{MemoryTransport, MockResponse};

use super::refusals::{get, good, served};

#[tokio::test(start_paused = true)]
async fn a_timeout_before_the_first_response_says_so() {
    let slow = |_, _| good().after(Duration::from_secs(5));
    let (client, transport) = served(slow);
    let call = || {
        let call = client.projects().get(GetProject::new("p"));
        call.timeout(Duration::from_millis(500)).into_future()
    };
    let began = Instant::now();
    let outcomes = join_all((0..40).map(|_| call())).await;
    assert_eq!(began.elapsed(), Duration::from_millis(500));
    let errors: Vec<_> = outcomes.into_iter().map(Result::unwrap_err).collect();
    assert!(errors.iter().all(Error::is_timeout), "{errors:?}");
    assert!(!errors.iter().any(Error::is_rate_limited), "{errors:?}");
    assert_eq!(transport.requests().len(), 10);
    let unsent = errors.iter().filter(|error| error.attempts().is_empty());
    let texts: Vec<_> = unsent.map(ToString::to_string).collect();
    assert_eq!(texts.len(), 30);
    let says = "no response in 0.5 s: the call waited for the responses to earlier calls";
    assert!(texts.iter().all(|text| text.contains(says)), "{texts:?}");
}

#[tokio::test(start_paused = true)]
async fn the_slow_start_can_be_set() {
    for (calls, sent) in [(1, 1), (25, 25), (u64::MAX, 40)] {
        let transport = MemoryTransport::respond_with(|_| good().after(Duration::from_secs(5)));
        let client = Client::builder()
            .token(CANARY)
            .account("acc_551")
            .transport(transport.clone())
            .quota(Quota::unlimited().slow_start(calls))
            .timeout(Duration::from_millis(500))
            .build()
            .unwrap();
        join_all((0..40).map(|_| get(&client))).await;
        assert_eq!(transport.requests().len(), sent, "{calls}");
    }
}

#[tokio::test(start_paused = true)]
async fn futures_that_are_not_polled_do_not_block_others() {
    // Ten calls in windows of five seconds.
    let state = Arc::new(std::sync::Mutex::new((Duration::ZERO, 0_u64)));
    let serve = move |_, at: Duration| {
        let mut state = state.lock().unwrap();
        if at >= state.0 + Duration::from_secs(5) {
            *state = (at, 0);
        }
        let is_refused = state.1 == 10;
        state.1 += u64::from(!is_refused);
        let left = (state.0 + Duration::from_secs(5)).saturating_sub(at);
        let reply = if is_refused {
            MockResponse::new(429)
        } else {
            good()
        };
        reply
            .header("ratelimit-limit", "10;w=5")
            .header("ratelimit-remaining", &(10 - state.1).to_string())
            .header(
                "ratelimit-reset",
                &left.as_millis().div_ceil(1000).to_string(),
            )
            .after(Duration::from_millis(20))
    };
    let (client, transport) = served(serve);
    for _ in 0..10 {
        get(&client).await.unwrap();
    }
    let mut unpolled: Vec<_> = (0..35).map(|_| Box::pin(get(&client))).collect();
    for call in &mut unpolled {
        assert!(call.as_mut().now_or_never().is_none());
    }
    let began = Instant::now();
    get(&client).await.unwrap();
    let took = began.elapsed();
    // It waits for the next window, and not for those before it.
    assert!(took < Duration::from_millis(5500), "{took:?}");
    assert_eq!(transport.requests().len(), 11);

    // When they are polled after all, they are sent.
    let outcomes = join_all(unpolled).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(client.rate_limiter().status().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn unpolled_calls_in_flight_do_not_close_the_lane() {
    let (client, _) = served(|_, _| good().after(Duration::from_millis(20)));
    let mut unpolled: Vec<_> = (0..35).map(|_| Box::pin(get(&client))).collect();
    for call in &mut unpolled {
        assert!(call.as_mut().now_or_never().is_none());
    }
    let began = Instant::now();
    get(&client).await.unwrap();
    let took = began.elapsed();
    assert!(took < Duration::from_millis(1500), "{took:?}");
}
