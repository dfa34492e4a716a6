//! Thousands of random sequences of faults: no write is sent twice without the same key, no call
//! exceeds its attempts, and none exceeds its timeout.

use std::time::Duration;

use generated::the_auth_api::CATALOG;
use proptest::prelude::*;
use serde_json::json;
use tokio::time::Instant;
use toolsmith_runtime::error::TransportErrorKind;
use toolsmith_runtime::transport::RecordedRequest;
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};
use toolsmith_runtime::{Client, RetryPolicy};

#[derive(Debug, Clone)]
enum Fate {
    Good,
    Status(u16, Option<bool>),
    Limited(Option<u16>),
    Broken(TransportErrorKind),
    Slow(u16),
}

fn fate() -> impl Strategy<Value = Fate> {
    const STATUSES: [u16; 10] = [400, 401, 404, 408, 409, 425, 500, 502, 503, 504];
    const KINDS: [TransportErrorKind; 4] = [
        TransportErrorKind::Connect,
        TransportErrorKind::Broken,
        TransportErrorKind::Tls,
        TransportErrorKind::TooLarge,
    ];
    prop_oneof![
        Just(Fate::Good),
        (prop::sample::select(&STATUSES[..]), any::<Option<bool>>())
            .prop_map(|(status, advice)| Fate::Status(status, advice)),
        any::<Option<u16>>().prop_map(|wait| Fate::Limited(wait.map(|wait| wait % 100))),
        prop::sample::select(&KINDS[..]).prop_map(Fate::Broken),
        (0..90_u16).prop_map(Fate::Slow),
    ]
}

fn reply(fate: &Fate) -> MockResponse {
    let good = || MockResponse::json(200, &json!({"id": "a", "name": "n", "isActive": true}));
    match fate {
        Fate::Good => good(),
        Fate::Status(status, None) => MockResponse::new(*status),
        Fate::Status(status, Some(advice)) => {
            MockResponse::new(*status).header("x-should-retry", &advice.to_string())
        }
        Fate::Limited(None) => MockResponse::new(429),
        Fate::Limited(Some(wait)) => {
            MockResponse::new(429).header("retry-after", &wait.to_string())
        }
        Fate::Broken(kind) => MockResponse::error(*kind, "broken"),
        Fate::Slow(seconds) => good().after(Duration::from_secs((*seconds).into())),
    }
}

/// Returns the requests of a write, and its duration.
async fn write(
    fates: &[Fate],
    attempts: u32,
    own_key: Option<&str>,
) -> (Vec<RecordedRequest>, Duration) {
    let transport = MemoryTransport::script(fates.iter().map(reply).collect::<Vec<_>>());
    let client: Client = Client::builder(CATALOG)
        .token("s3cr3t-canary")
        .account("ia_551")
        .transport(transport.clone())
        .retry(RetryPolicy::default().max_attempts(attempts))
        .build()
        .unwrap();
    let begun = Instant::now();
    let mut call = client.call_tool("create_a_the_auth_api_account", json!({"name": "n"}));
    if let Some(key) = own_key {
        call = call.idempotency_key(key);
    }
    let outcome = call.await;
    let received = transport.requests();
    if let Err(error) = outcome {
        assert!(error.attempts().len() <= received.len());
    }
    (received, begun.elapsed())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_write_is_sent_twice_without_the_same_key(
        fates in prop::collection::vec(fate(), 1..8),
        attempts in 1..7_u32,
        has_key in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let own_key = has_key.then_some("mine");
        let (received, took) = runtime.block_on(write(&fates, attempts, own_key));
        prop_assert!(received.len() <= attempts as usize);
        prop_assert!(took <= Duration::from_secs(121), "{took:?}");
        let keys: Vec<_> = received.iter().map(|request| request.header("idempotency-key")).collect();
        if received.len() > 1 {
            prop_assert!(keys[0].is_some());
        }
        prop_assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        prop_assert!(own_key.is_none() || keys.iter().all(|key| *key == own_key));
        prop_assert!(received.iter().all(|request| request.body == received[0].body));
    }
}
