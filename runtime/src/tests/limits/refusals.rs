//! Refusals of one call and their effect on others, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::rate_limit::Quota;
use crate::tests::shop::{Client, CreateProject, GetProject};
use crate::tests::{CANARY, project, scripted};
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Error, RetryPolicy};

fn good() -> MockResponse {
    MockResponse::json(200, &project("p"))
}

fn refused(seconds: &str) -> MockResponse {
    MockResponse::new(429).header("retry-after", seconds)
}

/// Creates a client of a server that responds by the number of the request and its time.
fn served(
    answer: impl Fn(usize, Duration) -> MockResponse + Send + Sync + 'static,
) -> (Client, MemoryTransport) {
    let began = Instant::now();
    let count = Arc::new(std::sync::Mutex::new(0));
    let transport = MemoryTransport::respond_with(move |_| {
        let mut count = count.lock().unwrap();
        *count += 1;
        answer(*count, began.elapsed())
    });
    let client = Client::builder()
        .token(CANARY)
        .account("acc_551")
        .transport(transport.clone())
        .build()
        .unwrap();
    (client, transport)
}

async fn get(client: &Client) -> Result<(), Error> {
    client.projects().get(GetProject::new("p")).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_refusal_always_means_a_wait() {
    for (headers, seconds) in [
        (&[("retry-after", "0")][..], 1),
        (&[("retry-after", "-3")], 1),
        (&[("ratelimit-reset", "0")], 1),
        (&[("retry-after", "Tue, 23 Jun 2020 10:00:00 GMT")], 1),
        (&[], 1),
        (&[("retry-after", "0"), ("ratelimit-reset", "4")], 4),
        (&[("retry-after", "7"), ("ratelimit-reset", "4")], 7),
        (&[("retry-after", "2"), ("ratelimit-reset", "4")], 4),
        (&[("x-ratelimit-reset", "1m2s")], 62),
    ] {
        let mut reply = MockResponse::new(429);
        for (name, value) in headers {
            reply = reply.header(name, value);
        }
        let (client, _) = scripted([reply, good()]);
        let began = Instant::now();
        get(&client).await.unwrap();
        assert_eq!(began.elapsed(), Duration::from_secs(seconds), "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_holds_whatever_other_responses_say() {
    // The second response arrives later, and names a later window with calls left.
    let later = good()
        .header("ratelimit-limit", "50")
        .header("ratelimit-remaining", "40")
        .header("ratelimit-reset", "10")
        .after(Duration::from_millis(300));
    let first = refused("3").after(Duration::from_millis(100));
    let (client, transport) = scripted([first, later, good(), good()]);
    let began = Instant::now();
    let (first, second) = tokio::join!(get(&client), get(&client));
    first.unwrap();
    second.unwrap();
    assert_eq!(began.elapsed(), Duration::from_millis(3100));
    assert_eq!(transport.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_second_refusal_lengthens_the_pause() {
    let times = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&times);
    let (client, _) = served(move |_, at| {
        log.lock().unwrap().push(at.as_millis());
        refused("1")
    });
    let error = get(&client).await.unwrap_err();
    // It is the only call, so each refusal counts as an attempt.
    assert_eq!(error.attempts().len(), 4);
    assert_eq!(*times.lock().unwrap(), [0, 1000, 2500, 4750]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_becomes_shorter_is_believed() {
    // A wait that the server names twice grows by half.
    for (waits, times) in [
        (["2", "1.5", "1"], [0, 2000, 3500, 4500]),
        (["2", "1", "1"], [0, 2000, 3000, 4500]),
    ] {
        let log = Arc::new(std::sync::Mutex::new(Vec::new()));
        let sent = Arc::clone(&log);
        let (client, _) = served(move |number, at| {
            sent.lock().unwrap().push(at.as_millis());
            waits
                .get(number - 1)
                .map_or_else(good, |wait| refused(wait))
        });
        get(&client).await.unwrap();
        assert_eq!(*log.lock().unwrap(), times, "{waits:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_refusal_is_believed_before_the_length_of_the_window() {
    // Another program began the window of ten seconds, of which one is left.
    for (name, value, seconds) in [
        ("ratelimit-reset", "1", 1),
        ("retry-after", "3", 3),
        // A wait of zero counts as not named.
        ("ratelimit-reset", "0", 10),
        ("x-other", "1", 10),
    ] {
        let refusal = MockResponse::new(429)
            .header("ratelimit-limit", "110;w=10")
            .header("ratelimit-remaining", "0")
            .header(name, value);
        let accepted = good()
            .header("ratelimit-limit", "110;w=10")
            .header("ratelimit-remaining", "90")
            .header("ratelimit-reset", "10");
        let (client, _) = scripted([accepted, refusal, good()]);
        get(&client).await.unwrap();
        let began = Instant::now();
        get(&client).await.unwrap();
        assert_eq!(
            began.elapsed(),
            Duration::from_secs(seconds),
            "{name}: {value}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_another_call_costs_no_attempt() {
    // Windows of 20 seconds with five calls, whose refusals ask for one second.
    let state = Arc::new(std::sync::Mutex::new((Duration::ZERO, 0_u64)));
    let (client, transport) = served(move |_, at| {
        let mut state = state.lock().unwrap();
        if at >= state.0 + Duration::from_secs(20) {
            *state = (at, 0);
        }
        state.1 += 1;
        let reply = if state.1 > 5 { refused("1") } else { good() };
        reply.after(Duration::from_millis(20))
    });
    let outcomes = join_all((0..20).map(|_| get(&client))).await;
    let failed: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let refused = transport.requests().len() - 20;
    assert!(refused <= 35, "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_one_call_alone_counts() {
    // One record is always refused; others are accepted between.
    let transport = MemoryTransport::respond_with(|request| {
        if request.path.contains("busy") {
            refused("1")
        } else {
            good()
        }
    });
    let client = Client::builder()
        .token(CANARY)
        .account("acc_551")
        .transport(transport.clone())
        .build()
        .unwrap();
    let busy = tokio::spawn(client.projects().get(GetProject::new("busy")).into_future());
    for _ in 0..40 {
        get(&client).await.unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let error = busy.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)), "{error}");
    assert!(error.attempts().len() <= 8, "{}", error.attempts().len());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_is_not_a_429_is_awaited_by_reads() {
    for status in [403, 503, 529] {
        let reply = || MockResponse::new(status).header("retry-after", "5");
        let (client, _) = scripted([reply(), good()]);
        let began = Instant::now();
        get(&client).await.unwrap();
        assert_eq!(began.elapsed(), Duration::from_secs(5), "{status}");

        // A proxy may have passed a write on before it refused it.
        let (client, transport) = scripted([reply(), good()]);
        let create = client.projects().create(CreateProject::new("a", "acc_1"));
        let error = create.retry(RetryPolicy::never()).await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(5)));
        // Other calls wait as well.
        let began = Instant::now();
        get(&client).await.unwrap();
        assert_eq!(began.elapsed(), Duration::from_secs(5), "{status}");
        assert_eq!(transport.requests().len(), 2);
    }
    let (client, transport) = scripted([MockResponse::new(403).header("retry-after", "0")]);
    get(&client).await.unwrap_err();
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_long_refusal_can_be_seen_and_forgotten() {
    let (client, transport) = scripted([refused("3600"), good(), good()]);
    get(&client).await.unwrap_err();
    let limiter = client.rate_limiter();
    assert_eq!(
        limiter.status().refused_for,
        Some(Duration::from_secs(3600))
    );
    assert_eq!(limiter.status().left, Some(0));
    get(&client).await.unwrap_err();
    assert_eq!(transport.requests().len(), 1);

    // A call that waits is sent as well.
    let waiting = client.projects().get(GetProject::new("p"));
    let waiting = tokio::spawn(waiting.timeout(Duration::from_secs(7200)).into_future());
    tokio::time::sleep(Duration::from_secs(60)).await;
    let began = Instant::now();
    limiter.forget();
    waiting.await.unwrap().unwrap();
    get(&client).await.unwrap();
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(limiter.status().refused_for, None);
}

#[tokio::test(start_paused = true)]
async fn a_single_refusal_teaches_no_limit() {
    let (client, _) = served(|count, _| if count == 4 { refused("30") } else { good() });
    for _ in 0..4 {
        get(&client).await.unwrap();
    }
    let began = Instant::now();
    let outcomes = join_all((0..40).map(|_| get(&client))).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
}

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
    let says = "no response in 0.5 s: the call waited for the first response to earlier calls";
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
async fn futures_that_nobody_polls_hold_nobody_up() {
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
