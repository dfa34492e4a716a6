//! Tests of fetching from a fake Truto server.

use toolsmith_testkit::fake_truto::{Fault, FaultKind, ResetForm, Settings};

use super::*;

#[test]
fn fetches_all_pages() {
    let server = FakeTruto::start().unwrap();
    let whole = get(&account_of(&server)).unwrap();
    assert_eq!(listings(&server).len(), 1);
    server.set(Settings {
        page_size: Some(7),
        ..Settings::default()
    });
    let paged = get(&account_of(&server)).unwrap();
    assert_eq!(listings(&server).len(), 1 + 7);
    assert_eq!(paged.text, whole.text);
}

#[test]
fn sends_filters_in_the_query() {
    let server = FakeTruto::start().unwrap();
    let config = format!(
        "{CONFIG}methods = [\"read\", \"custom\"]\ntags = [\"api-keys\"]\nhas_description = true\n"
    );
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("ACCOUNT", server.account_id()),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    get(&new_account(&config, &variables).unwrap()).unwrap();
    let requests = server.requests();
    assert_eq!(
        requests[0].target,
        "/integrated-account/ia_551/tools?methods=read%2Ccustom&tags=api-keys&has_description=true"
    );
}

#[test]
fn an_invalid_token_is_reported_with_its_variable() {
    let server = FakeTruto::start().unwrap();
    let variables = [
        ("TRUTO_API_KEY", "s3cret"),
        ("ACCOUNT", server.account_id()),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    let account = new_account(CONFIG, &variables).unwrap();
    check(
        &account,
        &["rejected the token (status 401", "check TRUTO_API_KEY"],
    );
}

#[test]
fn an_unknown_account_is_reported_with_its_variable() {
    let server = FakeTruto::start().unwrap();
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("ACCOUNT", "ia_999"),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    let account = new_account(CONFIG, &variables).unwrap();
    check(
        &account,
        &[
            "account `ia_999` does not exist (status 404",
            "check ACCOUNT",
        ],
    );
}

#[test]
fn each_status_has_its_own_message() {
    let server = FakeTruto::start().unwrap();
    let account = account_of(&server);
    for (status, expected) in [
        (403, "has no access to account `ia_551`"),
        (405, "sandbox accounts are restricted"),
        (418, "the server refused the request (status 418"),
        (502, "the server failed (status 502"),
        (503, "account `ia_551` is blocked"),
    ] {
        server.set_fault(Fault::new(FaultKind::Status(status)));
        check(&account, &[expected]);
    }
}

#[test]
fn each_invalid_body_has_its_own_message() {
    let server = FakeTruto::start().unwrap();
    let account = account_of(&server);
    server.set_fault(Fault::new(FaultKind::NotJson));
    check(
        &account,
        &["is a web page (HTML)", "check TRUTO_API_BASE_URL"],
    );
    server.set_fault(Fault::new(FaultKind::Cut));
    check(&account, &["the response was cut off after", "try again"]);
    server.set_fault(Fault::new(FaultKind::Huge(200_000_000)));
    check(&account, &["the response is larger than 64 MB"]);
}

#[test]
fn a_slow_response_times_out() {
    let server = FakeTruto::start().unwrap();
    let account = account_of(&server);
    let limits = Limits {
        total: Duration::from_millis(200),
        ..Limits::default()
    };
    for (kind, expected) in [
        (FaultKind::SlowHeaders(5000), "did not respond within 200ms"),
        (
            FaultKind::SlowBody(5000),
            "the response did not end within 200ms",
        ),
    ] {
        server.set_fault(Fault::new(kind));
        let text = fetch_account(&account, None, limits, &Waits::default())
            .unwrap_err()
            .to_string();
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn retries_once_after_a_429() {
    let server = FakeTruto::start().unwrap();
    let account = account_of(&server);
    let limited = || {
        Fault::new(FaultKind::RateLimited {
            form: ResetForm::RetryAfterMs,
            seconds: 0.05,
        })
    };
    server.set_fault(limited());
    let waits = Waits::default();
    fetch_account(&account, None, Limits::default(), &waits).unwrap();
    assert_eq!(waits.0.into_inner(), [Duration::from_millis(50)]);
    server.set_fault(limited().times(2));
    check(&account, &["the rate limit of this token is exceeded"]);
}

#[test]
fn does_not_wait_too_long_or_against_the_servers_advice() {
    let server = FakeTruto::start().unwrap();
    let account = account_of(&server);
    let limited = |seconds| {
        Fault::new(FaultKind::RateLimited {
            form: ResetForm::RatelimitReset,
            seconds,
        })
    };
    server.set_fault(limited(300.0));
    check(&account, &["try again in 300 s"]);
    server.set_fault(limited(1.0).should_retry(false));
    check(&account, &["try again in 1 s"]);
}
