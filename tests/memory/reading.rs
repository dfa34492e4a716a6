//! Reading a response takes its size a few times, in addition to the values that are returned.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::FutureExt;
use generated::the_auth_api::{Client, GetAccount, GetApiKey, ListAccounts};
use toolsmith_runtime::Error;
use toolsmith_runtime::clock::{Clock, Sleep};
use toolsmith_runtime::error::TimeoutPhase;
use toolsmith_runtime::transport::{Body, Transport, TransportFuture};

const SIZE: usize = 2 * 1024 * 1024;

/// Responds with the same body each time.
struct Same(Bytes);

impl Transport for Same {
    fn reaches_server(&self) -> bool {
        false
    }

    fn send(&self, _request: http::Request<Body>) -> TransportFuture<'_> {
        let body = Body::from(self.0.clone());
        Box::pin(async move { Ok(http::Response::new(body)) })
    }
}

/// A clock that goes a second ahead each time it is read, or never.
struct Ticking(Arc<std::sync::atomic::AtomicU64>, u64);

impl Clock for Ticking {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        let ticks = self
            .0
            .fetch_add(self.1, std::sync::atomic::Ordering::Relaxed);
        Duration::from_secs(ticks)
    }

    fn sleep(&self, _duration: Duration) -> Sleep {
        Box::pin(std::future::pending())
    }
}

fn client(body: &[u8], tick: u64) -> Client {
    Client::builder()
        .token("s3cr3t-canary")
        .account("ia_551")
        .transport(Same(Bytes::copy_from_slice(body)))
        .clock(Ticking(Arc::default(), tick))
        .build()
        .unwrap()
}

/// Repeats `part` between `begin` and `end` up to [`SIZE`].
fn filled(begin: &str, part: &str, end: &str) -> Vec<u8> {
    let count = SIZE / (part.len() + 1);
    let parts = vec![part; count].join(",");
    format!("{begin}{parts}{end}").into_bytes()
}

/// Asserts that reading `body` takes at most four times its size in addition to what it returns. Without a
/// runtime it is read on this thread, whose allocations are counted.
#[track_caller]
fn check<T>(name: &str, body: &[u8], call: impl FnOnce(&Client) -> Result<T, Error>) {
    let client = client(body, 0);
    let mut outcome = None;
    let taken = allocation_counter::measure(|| outcome = Some(call(&client)));
    let returned = u64::try_from(taken.bytes_current).unwrap_or_default();
    let transient = taken.bytes_max - returned.min(taken.bytes_max);
    let size = body.len() as u64;
    assert!(
        transient <= 4 * size,
        "{name}: {transient} bytes in addition to {returned} that are returned, for {size}"
    );
    if outcome.is_some_and(|outcome| outcome.is_err()) {
        assert!(taken.bytes_max <= 4 * size, "{name}: {}", taken.bytes_max);
    }
}

#[test]
fn a_page_takes_its_size_a_few_times() {
    let odd = r#"{"id":7,"name":null,"isActive":"yes","createdAt":[1],"more":{"a":[1,2,3]}}"#;
    let good = r#"{"id":"acc_1","name":"Acme","isActive":true,"createdBy":"someone"}"#;
    let deep = format!("{}{}", "[".repeat(SIZE / 16), "]".repeat(SIZE / 16));
    for (name, record) in [
        ("empty", "{}"),
        ("odd", odd),
        ("good", good),
        ("deep", &deep),
        ("zeros", "0"),
    ] {
        let body = filled("{\"result\":[", record, "],\"next_cursor\":\"c2\"}");
        check(name, &body, |client| {
            let list = client.accounts().list(ListAccounts::new());
            let page = list.into_future().now_or_never().unwrap()?;
            assert_eq!(page.next_cursor.as_deref(), Some("c2"));
            assert!(page.record_count() > 0);
            if !page.rejected.is_empty() {
                // A page of records that do not match has few values.
                let kept = page.rejected.iter().map(|rejected| rejected.body.len());
                assert!(kept.sum::<usize>() <= body.len());
            }
            Ok(page)
        });
    }
}

#[test]
fn a_record_takes_its_size_a_few_times() {
    let account = r#"{"id":"acc_1","isActive":true,"#;
    let wide: Vec<String> = (0..SIZE / 16)
        .map(|index| format!("\"u{index}\":{index}"))
        .collect();
    for (name, body) in [
        (
            "string",
            filled(&format!("{account}\"name\":\""), "xxxxxxx", "\"}"),
        ),
        (
            "unknown",
            filled(&format!("{account}\"name\":\"a\",\"x\":["), "0", "]}"),
        ),
        (
            "array for a string",
            filled(&format!("{account}\"name\":["), "0", "]}"),
        ),
        (
            "object for a string",
            filled(&format!("{account}\"name\":{{"), "\"a\":[0]", "}}"),
        ),
        (
            "wide",
            format!("{account}\"name\":\"a\",{}}}", wide.join(",")).into_bytes(),
        ),
    ] {
        check(name, &body, |client| {
            let call = client.accounts().get(GetAccount::new("acc_1"));
            call.into_future().now_or_never().unwrap()
        });
    }
    let key = r#"{"id":"key_1","allowedDomains":["#;
    for (name, body) in [
        ("typed array", filled(key, "0", "]}")),
        ("typed array of objects", filled(key, "{}", "]}")),
    ] {
        check(name, &body, |client| {
            let call = client.api_keys().get(GetApiKey::new("key_1"));
            let error = call.into_future().now_or_never().unwrap().unwrap_err();
            assert!(error.to_string().len() < 3000, "{error}");
            Err::<(), Error>(error)
        });
    }
}

#[test]
fn reading_without_a_runtime_ends_with_the_timeout() {
    let body = filled("[", "{}", "]");
    let client = client(&body, 1);
    let list = client.accounts().list(ListAccounts::new());
    let error = list
        .timeout(Duration::from_secs(60))
        .into_future()
        .now_or_never()
        .unwrap()
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Timeout {
                phase: TimeoutPhase::Reading,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.is_timeout() && !error.is_retryable());
}
