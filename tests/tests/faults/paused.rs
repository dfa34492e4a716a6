//! Faults on a paused clock: when each request went out, to the millisecond.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use generated::the_auth_api::CATALOG;
use serde_json::json;
use tokio::time::Instant;
use toolsmith_runtime::{Client, Error, Json, MemoryTransport, Reply, Retry, TransportErrorKind};

const GET: &str = "get_single_the_auth_api_account_by_id";

/// What a read gets that meets these answers, and when it was sent, in milliseconds.
async fn meet(replies: Vec<Reply>) -> (Result<Json, Error>, Vec<u128>) {
    let replies = Mutex::new(replies.into_iter());
    let sent: Arc<Mutex<Vec<u128>>> = Arc::default();
    let (log, began) = (Arc::clone(&sent), Instant::now());
    let transport = MemoryTransport::answering(move |_| {
        log.lock().unwrap().push(began.elapsed().as_millis());
        let next = replies.lock().unwrap().next();
        next.unwrap_or_else(|| Reply::json(200, &json!({"id": "a"})))
    });
    let client: Client = Client::builder(CATALOG)
        .token("s3cr3t-canary")
        .account("ia_551")
        .transport(transport)
        .try_timeout(Duration::from_secs(20))
        .retry(Retry::default().backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap();
    let outcome = client.call_tool(GET, json!({"id": "a"})).await;
    let sent = sent.lock().unwrap().clone();
    (outcome, sent)
}

fn limited(name: &str, value: &str) -> Reply {
    Reply::new(429).header(name, value)
}

#[tokio::test(start_paused = true)]
async fn every_fault_has_its_requests_and_times() {
    let broken = || Reply::error(TransportErrorKind::Broken, "the connection broke");
    let slow = || Reply::json(200, &json!({"id": "a"})).after(Duration::from_secs(30));
    let table: Vec<(Vec<Reply>, bool, &[u128])> = vec![
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
        (vec![limited("retry-after", "3600")], false, &[0]),
        (vec![Reply::new(500), Reply::new(502)], true, &[0, 0, 0]),
        (
            vec![Reply::new(500).header("retry-after", "4")],
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
            vec![Reply::error(TransportErrorKind::Tls, "no trust")],
            false,
            &[0],
        ),
        (vec![Reply::new(503)], false, &[0]),
        (
            vec![Reply::new(503).header("x-should-retry", "true")],
            true,
            &[0, 0],
        ),
        (
            vec![Reply::new(500).header("x-should-retry", "false")],
            false,
            &[0],
        ),
    ];
    for (index, (replies, is_good, times)) in table.into_iter().enumerate() {
        let (outcome, sent) = meet(replies).await;
        assert_eq!(outcome.is_ok(), is_good, "row {index}: {outcome:?}");
        assert_eq!(sent, times, "row {index}");
        if let Err(error) = outcome {
            assert_eq!(error.tries().len(), sent.len(), "row {index}");
        }
    }
}
