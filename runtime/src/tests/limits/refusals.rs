//! Refusals of one call and their effect on others, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::rate_limit::Quota;
use crate::tests::shop::{Client, CreateProject, GetProject};
use crate::tests::{CANARY, project, scripted};
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Error, RetryPolicy};

pub(super) fn good() -> MockResponse {
    MockResponse::json(200, &project("p"))
}

pub(super) fn refused(seconds: &str) -> MockResponse {
    MockResponse::new(429).header("retry-after", seconds)
}

/// Creates a client of a server that responds by the number of the request and its time.
pub(super) fn served(
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

pub(super) async fn get(client: &Client) -> Result<(), Error> {
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

/// Adds a window of one second.
fn windowed(reply: MockResponse, limit: &'static str, remaining: &'static str) -> MockResponse {
    let reply = reply.header("ratelimit-limit", limit);
    let reply = reply.header("ratelimit-remaining", remaining);
    reply.header("ratelimit-reset", "1")
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_one_call_alone_counts() {
    // One record is always refused; others are accepted between.
    type Response = fn() -> MockResponse;
    let alone: Response = || refused("1");
    let cases: [(Response, Response, bool); 4] = [
        (alone, good, true),
        // The limit of this record is another one.
        (
            || windowed(refused("1"), "5", "0"),
            || windowed(good(), "50", "40"),
            true,
        ),
        (alone, || windowed(good(), "50", "40"), true),
        // Other programs have used up the window.
        (
            || windowed(refused("1"), "50", "0"),
            || windowed(good(), "50", "40"),
            false,
        ),
    ];
    for (refusal, accepted, counts) in cases {
        let case = format!("{:?}", refusal());
        let transport = MemoryTransport::respond_with(move |request| {
            if request.path.contains("busy") {
                refusal()
            } else {
                accepted()
            }
        });
        let client = Client::builder()
            .token(CANARY)
            .account("acc_551")
            .transport(transport.clone())
            .build()
            .unwrap();
        let busy = client.projects().get(GetProject::new("busy"));
        let busy = tokio::spawn(busy.timeout(Duration::from_secs(30)).into_future());
        for _ in 0..80 {
            get(&client).await.unwrap();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let error = busy.await.unwrap().unwrap_err();
        assert!(matches!(error, Error::RateLimited(_)), "{error}");
        let attempts = error.attempts().len();
        assert_eq!(attempts <= 12, counts, "{attempts} of {case}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_retry_policy_does_not_bound_the_wait_in_the_queue() {
    // The server refuses the first call, and the quota of the client opens after 300 s, which is more
    // than the bounds of the policy on a wait and on all of them.
    let window = Duration::from_secs(300);
    for (timeout, is_sent_again) in [(600, true), (200, false)] {
        let transport = MemoryTransport::script([refused("1"), good()]);
        let client = Client::builder()
            .token(CANARY)
            .account("acc_551")
            .transport(transport.clone())
            .timeout(Duration::from_secs(timeout))
            .quota(Quota::unlimited().per_account(1, window))
            .build()
            .unwrap();
        let began = Instant::now();
        let outcome = get(&client).await;
        let around = |time: Duration| (window..window + Duration::from_secs(10)).contains(&time);
        assert_eq!(outcome.is_ok(), is_sent_again, "{outcome:?}");
        match outcome {
            Ok(()) => assert!(around(began.elapsed()), "{:?}", began.elapsed()),
            Err(error) => {
                assert_eq!(began.elapsed(), Duration::ZERO, "{error}");
                assert!(around(error.retry_after().unwrap()), "{error}");
                assert_eq!(error.attempts().len(), 1);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_waits_that_refusals_ask_for_are_bounded_together() {
    let (client, transport) = served(|_, _| refused("50"));
    let call = client.projects().get(GetProject::new("p"));
    let retry = RetryPolicy::default().max_attempts(10);
    let call = call.retry(retry).timeout(Duration::from_secs(3600));
    let error = call.await.unwrap_err();
    // A third wait of 50 s would exceed 120 s.
    assert_eq!(transport.requests().len(), 3, "{error}");
    assert_eq!(error.attempts().len(), 3);
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
