//! The token appears nowhere: in no error, output or panic, and in no log, even at trace level and
//! with payloads. A separate program, because it captures the log of the process.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a panic fails a test")]

use std::fmt::Write as _;

use generated::the_auth_api::CATALOG;
use serde_json::json;
use toolsmith_runtime::transport::Recorder;
use toolsmith_runtime::{Client, RetryPolicy};
use toolsmith_testkit::fake_truto::{FakeTruto, Fault, FaultKind, ResetForm};
use toolsmith_testkit::log_capture;

/// The token of all tests. `.ci/canary` searches their output for it.
const CANARY: &str = toolsmith_testkit::fake_truto::TOKEN;

/// Makes calls that end in every way, and returns everything printable about them.
async fn printed(server: &FakeTruto) -> String {
    let recorder = Recorder::new();
    let wrapping = recorder.clone();
    let client: Client = Client::builder(CATALOG)
        .token(CANARY)
        .account(server.account_id())
        .base_url(server.base_url())
        .retry(RetryPolicy::default().max_attempts(2))
        .max_response_size(100_000)
        .layer(move |transport| wrapping.around(transport))
        .log_payloads()
        .build()
        .unwrap();
    let mut printed = format!("{client:?} {:?}", client.rate_limiter());
    let limited = FaultKind::RateLimited {
        form: ResetForm::RetryAfterMs,
        seconds: 0.01,
    };
    for kind in [
        FaultKind::Status(500),
        FaultKind::RemoteError(403),
        FaultKind::Cut,
        FaultKind::NotJson,
        FaultKind::Truncated,
        FaultKind::RedirectLoop,
        limited,
    ] {
        server.set_fault(Fault::new(kind).times(2));
        // The token must not be logged as an argument either.
        let arguments = json!({"name": format!("n {CANARY}")});
        let call = client.call_tool("create_a_the_auth_api_account", arguments);
        write!(printed, "{call:?}").unwrap();
        match call.await {
            Ok(_) => {}
            Err(error) => {
                write!(printed, "{error} {error:?}").unwrap();
                let mut cause: &dyn std::error::Error = &error;
                while let Some(source) = cause.source() {
                    write!(printed, "{source} {source:?}").unwrap();
                    cause = source;
                }
            }
        }
    }
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        std::panic::panic_any(format!("{client:?}"));
    }));
    write!(printed, "{:?}", panic.unwrap_err().downcast_ref::<String>()).unwrap();
    let tape = recorder.redact(CANARY).tape();
    assert!(tape.lines().count() >= 7, "{tape}");
    printed + &tape
}

#[tokio::test]
async fn the_token_appears_nowhere() {
    assert_eq!(CANARY, "s3cr3t-canary");
    log_capture::start();
    let server = FakeTruto::start().unwrap();
    let printed = printed(&server).await;
    let log = log_capture::captured();
    for logged in ["execute_tool", "http_request", "retrying", "arguments="] {
        assert!(log.contains(logged), "{logged} in {log}");
    }
    for (name, text) in [("what was printed", &printed), ("the log", &log)] {
        let before = text.split_once(CANARY).map(|(before, _)| before);
        let around = before.map(|before| before.chars().rev().take(200).collect::<String>());
        assert_eq!(
            around.map(|around| around.chars().rev().collect::<String>()),
            None,
            "{name}"
        );
    }
}
