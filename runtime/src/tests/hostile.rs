//! Hostile servers, transports, clocks and models.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use serde_json::json;
use tokio::time::Instant;

use super::shop::{Client, CreateProject, GetProject, ListProjects};
use super::{CANARY, project, scripted};
use crate::Error;
use crate::clock::{Clock, Sleep};
use crate::error::{TransportError, TransportErrorKind};
use crate::randomness::{Randomness, SystemRandomness};
use crate::transport::{Body, MemoryTransport, MockResponse, Transport, TransportFuture};

fn good() -> MockResponse {
    MockResponse::json(200, &project("p"))
}

#[tokio::test(start_paused = true)]
async fn no_header_blocks_calls_permanently() {
    const VALUES: [&str; 12] = [
        "1e308",
        "NaN",
        "-inf",
        "-60",
        "0",
        "18446744073709551615",
        "18446744073709549568",
        "1000000001",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "\"a\";r=0;t=18446744073709551615",
        "limit=0, remaining=0, reset=18446744073709551615",
    ];
    const NAMES: [&str; 5] = [
        "retry-after",
        "retry-after-ms",
        "ratelimit-reset",
        "x-ratelimit-reset",
        "ratelimit",
    ];
    for name in NAMES {
        for value in VALUES {
            if (name, value) == ("retry-after-ms", "1000000001") {
                // Twelve days, which is plausible.
                continue;
            }
            for status in [200, 429] {
                let first = match status {
                    200 => good(),
                    _ => MockResponse::new(429),
                };
                let first = first
                    .header(name, value)
                    .header("ratelimit-remaining", "0")
                    .header("ratelimit-limit", "0;w=18446744073709551615");
                let (client, transport) = scripted([first, good(), good()]);
                let began = Instant::now();
                for _ in 0..2 {
                    let call = client.projects().get(GetProject::new("p"));
                    call.await.unwrap();
                    let _ = client.rate_limiter().status();
                }
                let took = began.elapsed();
                let what = format!("{status} {name}: {value}");
                assert!(took < Duration::from_secs(10), "{what}: {took:?}");
                assert_eq!(transport.requests().len(), 2 + usize::from(status == 429));
            }
        }
    }
}

/// Panics at the first request.
struct Panicking(AtomicU64);

impl Transport for Panicking {
    fn reaches_server(&self) -> bool {
        false
    }

    fn send(&self, _request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async {
            assert!(self.0.fetch_add(1, Ordering::Relaxed) > 0, "a bug");
            Ok(http::Response::new(Body::from(bytes::Bytes::from(
                project("p").to_string(),
            ))))
        })
    }
}

#[tokio::test]
async fn a_panic_of_the_transport_affects_its_own_call_only() {
    let client = Client::builder()
        .token(CANARY)
        .account("acc_551")
        .transport(Panicking(AtomicU64::new(0)))
        .build()
        .unwrap();
    let call = client.projects().get(GetProject::new("p"));
    let panicked = tokio::spawn(call).await.unwrap_err();
    assert!(panicked.is_panic());
    assert_eq!(client.rate_limiter().status().in_flight, 0);
    client.projects().get(GetProject::new("p")).await.unwrap();
}

/// A clock that goes back a minute each time it is read.
#[derive(Clone)]
struct Backwards(Arc<AtomicU64>);

impl Clock for Backwards {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.fetch_sub(60, Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[tokio::test(start_paused = true)]
async fn ends_a_call_when_the_clock_goes_backwards() {
    let limited = MockResponse::new(429).header("retry-after", "2");
    let client = Client::builder()
        .token(CANARY)
        .account("acc_551")
        .transport(MemoryTransport::script([
            limited,
            MockResponse::new(500),
            good(),
            good(),
        ]))
        .clock(Backwards(Arc::new(AtomicU64::new(10_000_000))))
        .build()
        .unwrap();
    let call = client.projects().get(GetProject::new("p"));
    // Its waits end by a timer, regardless of the clock.
    let outcome = tokio::time::timeout(Duration::from_secs(3600), call).await;
    let outcome = outcome.expect("it ends");
    assert!(
        outcome.as_ref().map_or_else(Error::is_retryable, |_| true),
        "{outcome:?}"
    );
    assert_eq!(client.rate_limiter().status().in_flight, 0);
}

#[test]
fn random_numbers_do_not_repeat() {
    let drawn: BTreeSet<u64> = (0..10_000).map(|_| SystemRandomness.random()).collect();
    assert_eq!(drawn.len(), 10_000);
    let high = drawn
        .iter()
        .filter(|number| **number > u64::MAX / 2)
        .count();
    assert!((4500..5500).contains(&high), "{high}");
}

#[tokio::test]
async fn refuses_an_empty_or_invalid_idempotency_key() {
    let (client, transport) = scripted([]);
    for key in ["", " \t", "k\r\nx-admin: 1", "k\0", "k\u{7f}"] {
        let call = client.projects().create(CreateProject::new("a", "acc_1"));
        let error = call.idempotency_key(key).await.unwrap_err();
        assert!(matches!(error, Error::Config { .. }), "{key:?}: {error}");
        assert!(!error.to_string().contains("x-admin"), "{error}");
    }
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn keeps_an_identifier_in_its_path_segment() {
    for (id, path) in [
        ("../admin", "/proxy/projects/..%2Fadmin"),
        ("..\\admin", "/proxy/projects/..%5Cadmin"),
        ("..%2fadmin", "/proxy/projects/..%252fadmin"),
        ("%2e%2e", "/proxy/projects/%252e%252e"),
        ("a?b#c;d", "/proxy/projects/a%3Fb%23c%3Bd"),
        ("a\r\nb\0", "/proxy/projects/a%0D%0Ab%00"),
        ("...", "/proxy/projects/..."),
    ] {
        let (client, transport) = scripted([good()]);
        client.projects().get(GetProject::new(id)).await.unwrap();
        assert_eq!(transport.requests()[0].path, path);
    }
}

#[tokio::test]
async fn removes_an_echoed_token_from_a_refusal() {
    let reply = MockResponse::json(302, &json!({"message": format!("no {CANARY}")}))
        .header("location", &format!("/login?token={CANARY}"))
        .header("x-request-id", &format!("r-{CANARY}"));
    let (client, _) = scripted([reply]);
    let error = client
        .projects()
        .get(GetProject::new("p"))
        .await
        .unwrap_err();
    let printed = format!("{error} {error:?} {:?}", error.body());
    assert!(!printed.contains(CANARY), "{printed}");
    assert_eq!(error.request_id(), Some("r-[token]"));
    // A location may be relative. It is reported and not followed either way.
    assert!(
        error
            .to_string()
            .contains("redirects to /login?token=[hidden]"),
        "{error}"
    );
}

#[tokio::test]
async fn removes_an_echoed_token_with_escapes() {
    const TOKEN: &str = "s3cr3t+canary/9";
    // As PHP and C# write it.
    let body =
        r#"{"message": "no s3cr3t+canary\/9", "details": {"sent": ["s3cr3t\u002bcanary/9"]}}"#;
    let transport = MemoryTransport::script([
        MockResponse::new(403).body(body),
        MockResponse::new(429)
            .header("retry-after", "999")
            .body(body),
    ]);
    let client = Client::builder().token(TOKEN).account("acc_551");
    let client = client.transport(transport).build().unwrap();
    for _ in 0..2 {
        let call = client.projects().get(GetProject::new("p"));
        let error = call.await.unwrap_err();
        let printed = format!("{error} {error:?}");
        assert!(!printed.contains("canary"), "{printed}");
        assert!(printed.contains("no [token]"), "{printed}");
    }
}

#[tokio::test]
async fn removes_an_echoed_token_from_a_decode_error() {
    let record = json!({"id": "p", "name": {"sent": CANARY}});
    let list = json!({"result": format!("no list for {CANARY}")});
    let replies = [
        MockResponse::json(200, &record),
        MockResponse::json(200, &list),
    ];
    let (client, _) = scripted(replies);
    let get = client.projects().get(GetProject::new("p")).await;
    let list = client.projects().list(ListProjects::new("acc_1")).await;
    for error in [get.unwrap_err(), list.unwrap_err()] {
        let printed = format!("{error} {error:?} {:?}", error.body());
        assert!(!printed.contains(CANARY), "{printed}");
        assert!(error.to_string().contains("[token]"), "{error}");
    }
}

#[tokio::test]
async fn writes_errors_on_one_line() {
    const LINES: &str = "one\r\ntwo\u{2028}three\u{202e}four\u{85}five\u{1b}[2J";
    let broken: Vec<_> = (0..100).map(|_| json!({"a\nb": LINES})).collect();
    let replies = [
        MockResponse::json(400, &json!({"message": LINES})),
        MockResponse::json(400, &json!([LINES, {"message": 7}])),
        MockResponse::new(502).body(format!("<html>{LINES}")),
        MockResponse::new(500).body(vec![0xff; 100_000]),
        MockResponse::json(200, &json!({"id": LINES, "name": broken})),
        MockResponse::json(200, &json!(LINES)),
        MockResponse::error(TransportErrorKind::Request, LINES),
    ];
    let count = replies.len();
    let (client, _) = scripted(replies);
    for _ in 0..count {
        let call = client.projects().get(GetProject::new("p"));
        let error = call.retry(crate::RetryPolicy::never()).await.unwrap_err();
        let text = error.to_string();
        assert!(!text.chars().any(crate::single_line::breaks), "{text:?}");
        assert!(
            text.starts_with("get_single_shop_project_by_id: "),
            "{text}"
        );
        assert!(text.chars().count() < 1000, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn reports_a_refusal_with_an_unreadable_body() {
    let broken = || {
        Body::from_stream(futures_util::stream::once(async {
            Err(TransportError::new(TransportErrorKind::Broken, "it broke"))
        }))
    };
    let endless = MockResponse::new(429)
        .header("retry-after", "3")
        .header("content-length", "99999999999");
    let (client, transport) = scripted([endless, MockResponse::new(500).stream(broken()), good()]);
    let began = Instant::now();
    client.projects().get(GetProject::new("p")).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(3));
    assert_eq!(transport.requests().len(), 3);

    let (client, transport) = scripted([MockResponse::new(404).stream(broken())]);
    let create = client.projects().create(CreateProject::new("a", "acc_1"));
    assert_eq!(create.await.unwrap_err().status().unwrap(), 404);
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn ignores_a_header_that_is_not_a_string() {
    struct Odd;
    impl Transport for Odd {
        fn reaches_server(&self) -> bool {
            false
        }

        fn send(&self, _request: http::Request<Body>) -> TransportFuture<'_> {
            let body = Body::from(bytes::Bytes::from(project("p").to_string()));
            let mut response = http::Response::new(body);
            for name in ["retry-after", "x-request-id", "content-type", "ratelimit"] {
                let value = HeaderValue::from_bytes(b"\xff\xfe").unwrap();
                response.headers_mut().insert(name, value);
            }
            Box::pin(async { Ok(response) })
        }
    }
    let client = Client::builder().token(CANARY).account("acc_551");
    let client = client.transport(Odd).build().unwrap();
    client.projects().get(GetProject::new("p")).await.unwrap();
}
