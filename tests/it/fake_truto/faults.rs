//! Faults: the requests that they apply to, how often, and their effect on a client.

use std::time::{Duration, Instant, SystemTime};

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use toolsmith_testkit::fake_truto::{Fault, FaultKind, RateLimit, ResetForm, Settings};

use super::caller::{Caller, send};

fn accounts(caller: &Caller) -> RequestBuilder {
    caller.tool("list_all_the_auth_api_accounts", &json!({}))
}

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_limit_shows_in_each_form() {
    let caller = Caller::start();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    for (form, name, expected) in [
        ("ratelimit_reset", "ratelimit-reset", "2"),
        ("retry_after", "retry-after", "2"),
        ("retry_after_fraction", "retry-after", "1.5"),
        ("retry_after_ms", "retry-after-ms", "1500"),
        ("structured", "ratelimit", "\"default\";r=0;t=2"),
    ] {
        let kind = json!({"rate_limited": {"form": form, "seconds": 1.5}});
        let fault = json!({"kind": kind, "should_retry": false});
        caller.control("POST", "/control/faults", &fault).await;
        let answer = accounts(&caller).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(header(&answer, name), Some(expected), "{form}");
        assert_eq!(header(&answer, "x-should-retry"), Some("false"));
    }
    let moments = [
        (ResetForm::RatelimitResetEpoch, "ratelimit-reset"),
        (ResetForm::RetryAfterDate, "retry-after"),
    ];
    for (form, name) in moments {
        caller.server.set_fault(Fault::new(FaultKind::RateLimited {
            form,
            seconds: 60.0,
        }));
        let answer = accounts(&caller).send().await.unwrap();
        let value = header(&answer, name).unwrap();
        let epoch = value.parse().unwrap_or_else(|_| {
            let date = httpdate::parse_http_date(value).unwrap();
            date.duration_since(SystemTime::UNIX_EPOCH)
                .unwrap()
                .as_secs()
        });
        assert!((now + 59..now + 90).contains(&epoch), "{form:?}: {value}");
    }
}

#[tokio::test]
async fn a_fault_applies_to_matching_requests_and_is_used_up() {
    let caller = Caller::start();
    let fault = Fault::new(FaultKind::Status(502))
        .times(2)
        .path("/proxy/accounts")
        .method("get");
    caller.server.set_fault(fault);
    let tools = "/integrated-account/ia_551/tools?methods=custom";
    let (status, _) = send(caller.request("GET", tools)).await;
    assert_eq!(status, StatusCode::OK);
    let create = "create_a_the_auth_api_account";
    let (status, _) = caller.call(create, json!({"name": "x"})).await;
    assert_eq!(status, StatusCode::OK);
    for expected in [502, 502, 200] {
        let (status, _) = send(accounts(&caller)).await;
        assert_eq!(status.as_u16(), expected);
    }
    caller
        .control(
            "POST",
            "/control/faults",
            &json!([{"kind": {"status": 503}, "times": 0}]),
        )
        .await;
    for _ in 0..3 {
        let (status, body) = send(caller.request("GET", tools)).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(body["message"], "This integrated account is blocked.");
    }
    caller.server.reset();
    assert_eq!(send(accounts(&caller)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_sandbox_allows_reads_only() {
    let caller = Caller::start();
    caller
        .server
        .set_fault(Fault::new(FaultKind::Sandbox).times(0));
    assert_eq!(send(accounts(&caller)).await.0, StatusCode::OK);
    let name = "update_a_the_auth_api_account_by_id";
    let (status, _) = caller
        .call(name, json!({"id": "acc_8923", "name": "x"}))
        .await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn an_error_of_the_remote_api_is_marked() {
    let caller = Caller::start();
    caller
        .server
        .set_fault(Fault::new(FaultKind::RemoteError(403)));
    let (status, body) = send(accounts(&caller)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(body["truto_is_remote_error"], true);
    assert_eq!(
        body["truto_error_insight"]["missing_scopes"],
        json!(["api-keys:write"])
    );
    assert!(body["raw_response"].is_object());
}

#[tokio::test]
async fn slow_responses_arrive_late_and_complete() {
    let caller = Caller::start();
    for (kind, headers_late) in [
        (FaultKind::SlowHeaders(200), true),
        (FaultKind::SlowBody(200), false),
    ] {
        caller.server.set_fault(Fault::new(kind.clone()));
        let start = Instant::now();
        let answer = accounts(&caller).send().await.unwrap();
        let late = start.elapsed() >= Duration::from_millis(200);
        assert_eq!(late, headers_late, "{kind:?}");
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(body["result_count"], 2);
        assert!(start.elapsed() >= Duration::from_millis(200));
    }
}

#[tokio::test]
async fn a_cut_response_breaks_after_the_write() {
    let caller = Caller::start();
    let create = |key: &str| {
        let name = "create_a_the_auth_api_account";
        let request = caller.tool(name, &json!({"name": "Once"}));
        request.header("idempotency-key", key)
    };
    caller.server.set_fault(Fault::new(FaultKind::Cut));
    let answer = create("a").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.bytes().await.is_err());
    // The same key gets the lost response, and nothing is written again.
    let (_, first) = send(create("a")).await;
    let (_, second) = send(create("b")).await;
    assert_eq!(
        (&first["id"], &second["id"]),
        (&json!("acc_9001"), &json!("acc_9002"))
    );
}

#[tokio::test]
async fn responses_that_are_huge_or_not_json() {
    let caller = Caller::start();
    caller.server.set_fault(Fault::new(FaultKind::NotJson));
    let answer = accounts(&caller).send().await.unwrap();
    assert_eq!(
        header(&answer, "content-type"),
        Some("text/html; charset=utf-8")
    );
    let body = answer.text().await.unwrap();
    assert!(body.starts_with("<!doctype html>"), "{body}");

    caller
        .server
        .set_fault(Fault::new(FaultKind::Huge(3_000_000)));
    let body = accounts(&caller)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(body.len(), 3_000_000);
    assert!(serde_json::from_slice::<Value>(&body).is_ok());
}

#[tokio::test]
async fn an_enforced_limit_rejects_until_its_window_ends() {
    let caller = Caller::start();
    let answer = accounts(&caller).send().await.unwrap();
    assert_eq!(header(&answer, "ratelimit-limit"), Some("110;w=10"));
    assert_eq!(header(&answer, "ratelimit-remaining"), Some("109"));
    assert_eq!(header(&answer, "x-request-id"), Some("req_000001"));
    caller.server.set(Settings {
        rate_limit: Some(RateLimit {
            limit: 2,
            window_seconds: 1,
        }),
        ..Settings::default()
    });
    for (status, remaining) in [(200, "1"), (200, "0"), (429, "0")] {
        let answer = accounts(&caller).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(header(&answer, "ratelimit-remaining"), Some(remaining));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(send(accounts(&caller)).await.0, StatusCode::OK);
}
