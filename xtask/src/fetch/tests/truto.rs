//! The fetch against a server that behaves like Truto.

use toolsmith_testkit::fake_truto::{Fault, FaultKind, ResetForm, Settings};

use super::*;

#[test]
fn pages_are_followed_to_their_end() {
    let server = FakeTruto::start().unwrap();
    let whole = get(&access_to(&server)).unwrap();
    assert_eq!(server.requests().len(), 1);
    server.set(Settings {
        page_size: Some(7),
        ..Settings::default()
    });
    let paged = get(&access_to(&server)).unwrap();
    assert_eq!(server.requests().len(), 1 + 7);
    assert_eq!(paged.text, whole.text);
}

#[test]
fn filters_travel_in_the_query() {
    let server = FakeTruto::start().unwrap();
    let config = format!(
        "{CONFIG}methods = [\"read\", \"custom\"]\ntags = [\"api-keys\"]\nhas_description = true\n"
    );
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("ACCOUNT", server.account_id()),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    get(&access(&config, &variables).unwrap()).unwrap();
    let requests = server.requests();
    assert_eq!(
        requests[0].target,
        "/integrated-account/ia_551/tools?methods=read%2Ccustom&tags=api-keys&has_description=true"
    );
}

#[test]
fn a_wrong_token_names_its_variable() {
    let server = FakeTruto::start().unwrap();
    let variables = [
        ("TRUTO_API_KEY", "s3cret"),
        ("ACCOUNT", server.account_id()),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    let access = access(CONFIG, &variables).unwrap();
    check(
        &access,
        &[
            "does not accept the token (status 401",
            "check TRUTO_API_KEY",
        ],
    );
}

#[test]
fn an_unknown_account_names_its_variable() {
    let server = FakeTruto::start().unwrap();
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("ACCOUNT", "ia_999"),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    let access = access(CONFIG, &variables).unwrap();
    check(
        &access,
        &["knows no account `ia_999` (status 404", "check ACCOUNT"],
    );
}

#[test]
fn statuses_are_told_apart() {
    let server = FakeTruto::start().unwrap();
    let access = access_to(&server);
    for (status, expected) in [
        (403, "may not see account `ia_551`"),
        (405, "sandbox accounts are restricted"),
        (418, "the server refused the request (status 418"),
        (502, "the server failed (status 502"),
        (503, "account `ia_551` is blocked"),
    ] {
        server.set_fault(Fault::new(FaultKind::Status(status)));
        check(&access, &[expected]);
    }
}

#[test]
fn spoiled_answers_are_told_apart() {
    let server = FakeTruto::start().unwrap();
    let access = access_to(&server);
    server.set_fault(Fault::new(FaultKind::NotJson));
    check(
        &access,
        &["is a web page (HTML)", "check TRUTO_API_BASE_URL"],
    );
    server.set_fault(Fault::new(FaultKind::Cut));
    check(&access, &["the answer broke off after", "try again"]);
    server.set_fault(Fault::new(FaultKind::Huge(200_000_000)));
    check(&access, &["the answer is larger than 64 MB"]);
}

#[test]
fn a_slow_answer_ends_at_the_limit() {
    let server = FakeTruto::start().unwrap();
    let access = access_to(&server);
    let limits = Limits {
        total: Duration::from_millis(200),
        ..Limits::default()
    };
    for (kind, expected) in [
        (FaultKind::SlowHeaders(5000), "did not answer within 200ms"),
        (
            FaultKind::SlowBody(5000),
            "the answer did not end within 200ms",
        ),
    ] {
        server.set_fault(Fault::new(kind));
        let text = fetch(&access, limits, &Told::default())
            .unwrap_err()
            .to_string();
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_rate_limit_is_waited_for_once() {
    let server = FakeTruto::start().unwrap();
    let access = access_to(&server);
    let limited = || {
        Fault::new(FaultKind::RateLimited {
            form: ResetForm::RetryAfterMs,
            seconds: 0.05,
        })
    };
    server.set_fault(limited());
    let told = Told::default();
    fetch(&access, Limits::default(), &told).unwrap();
    assert_eq!(told.waits.into_inner(), [Duration::from_millis(50)]);
    server.set_fault(limited().times(2));
    check(&access, &["too many requests were sent with this token"]);
}

#[test]
fn a_wait_that_is_too_long_or_unwanted_is_not_waited() {
    let server = FakeTruto::start().unwrap();
    let access = access_to(&server);
    let limited = |seconds| {
        Fault::new(FaultKind::RateLimited {
            form: ResetForm::RatelimitReset,
            seconds,
        })
    };
    server.set_fault(limited(300.0));
    check(&access, &["try again in 300 s"]);
    server.set_fault(limited(1.0).should_retry(false));
    check(&access, &["try again in 1 s"]);
}
