//! Faults on a paused clock: the time of each request, to the millisecond.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use generated::the_auth_api::CATALOG;
use serde_json::json;
use tokio::time::Instant;
use toolsmith_runtime::clock::{Clock, Sleep, SystemClock};
use toolsmith_runtime::error::TransportErrorKind;
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};
use toolsmith_runtime::{Client, Error, Json, RetryPolicy};

const GET: &str = "get_single_the_auth_api_account_by_id";

/// The paused clock, which begins at 10:00 on a Tuesday.
struct Tuesday(SystemClock);

impl Clock for Tuesday {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_782_208_800) + self.0.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.sleep(duration)
    }
}

/// Returns the result of a read that gets these responses, and the times of its requests in
/// milliseconds.
async fn meet(replies: Vec<MockResponse>) -> (Result<Json, Error>, Vec<u128>) {
    let replies = Mutex::new(replies.into_iter());
    let sent: Arc<Mutex<Vec<u128>>> = Arc::default();
    let (log, began) = (Arc::clone(&sent), Instant::now());
    let transport = MemoryTransport::respond_with(move |_| {
        log.lock().unwrap().push(began.elapsed().as_millis());
        let next = replies.lock().unwrap().next();
        next.unwrap_or_else(|| MockResponse::json(200, &json!({"id": "a"})))
    });
    let client: Client = Client::builder(CATALOG)
        .token("s3cr3t-canary")
        .account("ia_551")
        .transport(transport)
        .clock(Tuesday(SystemClock::default()))
        .attempt_timeout(Duration::from_secs(20))
        .retry(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap();
    let outcome = client.call_tool(GET, json!({"id": "a"})).await;
    let sent = sent.lock().unwrap().clone();
    (outcome, sent)
}

fn limited(name: &str, value: &str) -> MockResponse {
    MockResponse::new(429).header(name, value)
}

/// The responses to a read before a good one, whether the read succeeds, and the times of its
/// requests.
type Row = (Vec<MockResponse>, bool, &'static [u128]);

fn spent_limits() -> Vec<Row> {
    vec![
        (vec![limited("retry-after", "7")], true, &[0, 7000]),
        (vec![limited("retry-after", "1.5")], true, &[0, 1500]),
        (vec![limited("retry-after-ms", "250")], true, &[0, 250]),
        (vec![limited("ratelimit-reset", "60")], true, &[0, 60_000]),
        (vec![limited("x-ratelimit-reset", "5")], true, &[0, 5000]),
        (
            vec![limited("ratelimit", "\"a\";r=0;t=3")],
            true,
            &[0, 3000],
        ),
        (
            vec![limited("retry-after", "Tue, 23 Jun 2026 10:00:30 GMT")],
            true,
            &[0, 30_000],
        ),
        (
            vec![limited("ratelimit-reset", "1782208830")],
            true,
            &[0, 30_000],
        ),
        (
            vec![limited("x-ratelimit-reset", "1782208830000")],
            true,
            &[0, 30_000],
        ),
        (
            vec![limited("ratelimit", "limit=1, remaining=0, reset=4")],
            true,
            &[0, 4000],
        ),
        // Only the length of the window, no header, and headers without a meaning.
        (
            vec![limited("ratelimit-limit", "110;w=10")],
            true,
            &[0, 10_000],
        ),
        (vec![MockResponse::new(429)], true, &[0, 1000]),
        (vec![limited("retry-after", "1e308")], true, &[0, 1000]),
        (vec![limited("ratelimit-reset", "NaN")], true, &[0, 1000]),
        (vec![limited("retry-after", "-5")], true, &[0, 1000]),
        // A second refusal lengthens the pause to the time that it names: a wait that becomes shorter
        // is one that passes. The pause grows beyond it only if the server names nothing or the same
        // again, or if the window is known to be longer.
        (
            vec![
                limited("retry-after", "2"),
                limited("retry-after-ms", "1500"),
            ],
            true,
            &[0, 2000, 3500],
        ),
        (
            vec![limited("retry-after", "2").header("x-should-retry", "false")],
            false,
            &[0],
        ),
        (
            vec![MockResponse::new(307).header("location", "/elsewhere")],
            false,
            &[0],
        ),
    ]
}

fn other_faults() -> Vec<Row> {
    let broken = || MockResponse::error(TransportErrorKind::Broken, "the connection broke");
    let slow = || MockResponse::json(200, &json!({"id": "a"})).after(Duration::from_secs(30));
    vec![
        (vec![limited("retry-after", "3600")], false, &[0]),
        (
            vec![MockResponse::new(500), MockResponse::new(502)],
            true,
            &[0, 0, 0],
        ),
        (
            vec![MockResponse::new(500).header("retry-after", "4")],
            true,
            &[0, 4000],
        ),
        (vec![broken(), broken(), broken()], true, &[0, 0, 0, 0]),
        (
            vec![broken(), broken(), broken(), broken()],
            false,
            &[0, 0, 0, 0],
        ),
        (vec![slow()], true, &[0, 20_000]),
        (
            vec![MockResponse::error(TransportErrorKind::Tls, "no trust")],
            false,
            &[0],
        ),
        (vec![MockResponse::new(503)], false, &[0]),
        (
            vec![MockResponse::new(503).header("x-should-retry", "true")],
            true,
            &[0, 0],
        ),
        (
            vec![MockResponse::new(500).header("x-should-retry", "false")],
            false,
            &[0],
        ),
    ]
}

async fn check(rows: Vec<Row>) {
    for (index, (replies, is_good, times)) in rows.into_iter().enumerate() {
        let (outcome, sent) = meet(replies).await;
        assert_eq!(outcome.is_ok(), is_good, "row {index}: {outcome:?}");
        assert_eq!(sent, times, "row {index}");
        if let Err(error) = outcome {
            assert_eq!(error.attempts().len(), sent.len(), "row {index}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_limit_is_exact_in_each_form() {
    check(spent_limits()).await;
}

#[tokio::test(start_paused = true)]
async fn every_other_fault_has_its_requests_and_times() {
    check(other_faults()).await;
}
