//! Faults of the response, with the server that behaves like Truto.

use std::time::{Duration, Instant};

use generated::the_auth_api::{Client, GetAccount, ListAccounts};
use toolsmith_runtime::{ClientBuilder, Error, RetryPolicy};
use toolsmith_testkit::fake_truto::{FakeTruto, Fault, FaultKind, ResetForm, Settings};

fn builder(server: &FakeTruto) -> ClientBuilder<Client> {
    Client::builder()
        .token(server.token())
        .account(server.account_id())
        .base_url(server.base_url())
        .retry(RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(4)))
}

/// Returns the result of a read whose first request meets a fault, and the number of requests.
async fn meet(kind: FaultKind) -> (Result<(), Error>, usize) {
    let server = FakeTruto::start().unwrap();
    server.set_fault(Fault::new(kind));
    let client = builder(&server).max_response_size(100_000).build().unwrap();
    let outcome = client.accounts().get(GetAccount::new("acc_8923")).await;
    (outcome.map(drop), server.requests().len())
}

#[tokio::test]
async fn an_exhausted_limit_is_awaited_in_each_form() {
    for form in [
        ResetForm::RatelimitReset,
        ResetForm::RatelimitResetEpoch,
        ResetForm::RetryAfter,
        ResetForm::RetryAfterFraction,
        ResetForm::RetryAfterDate,
        ResetForm::RetryAfterMs,
        ResetForm::Structured,
    ] {
        let begun = Instant::now();
        let seconds = 0.3;
        let (outcome, sent) = meet(FaultKind::RateLimited { form, seconds }).await;
        assert!(!matches!(outcome, Err(Error::RateLimited(_))), "{form:?}");
        assert_eq!(sent, 2, "{form:?}");
        // Whole seconds are rounded up; a date and an epoch time lose the fraction.
        let waited = begun.elapsed();
        let least = match form {
            ResetForm::RatelimitResetEpoch | ResetForm::RetryAfterDate => Duration::ZERO,
            _ => Duration::from_millis(300),
        };
        assert!(
            waited >= least && waited < Duration::from_millis(2500),
            "{form:?} {waited:?}"
        );
    }
}

#[tokio::test]
async fn a_response_that_is_not_a_record_is_described() {
    for (kind, says, sent) in [
        (FaultKind::Truncated, "not valid JSON", 1),
        (FaultKind::NotJson, "not JSON but `text/html", 1),
        (FaultKind::WrongType, "the root: expected an object", 1),
        (FaultKind::Empty, "does not match the catalog", 1),
        (FaultKind::NoContent, "does not match the catalog", 1),
        (FaultKind::Huge(1_000_000), "larger than 100000 bytes", 1),
        (FaultKind::Endless, "larger than 100000 bytes", 1),
        (FaultKind::RedirectLoop, "which is not followed", 1),
        (FaultKind::Status(503), "blocked", 1),
    ] {
        let (outcome, requests) = meet(kind.clone()).await;
        let error = outcome.unwrap_err();
        assert!(error.to_string().contains(says), "{kind:?}: {error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        assert_eq!(requests, sent, "{kind:?}");
    }
}

#[tokio::test]
async fn transient_faults_are_retried() {
    for kind in [
        FaultKind::Cut,
        FaultKind::Status(500),
        FaultKind::Status(502),
        FaultKind::Status(504),
    ] {
        let (outcome, sent) = meet(kind.clone()).await;
        assert!(!matches!(outcome, Err(Error::Transport { .. })), "{kind:?}");
        assert_eq!(sent, 2, "{kind:?}");
    }
}

#[tokio::test]
async fn a_repeated_cursor_ends_the_list() {
    let server = FakeTruto::start().unwrap();
    server.set(Settings {
        page_size: Some(1),
        ..Settings::default()
    });
    server.set_fault(Fault::new(FaultKind::RepeatedCursor).times(0));
    let client = builder(&server).build().unwrap();
    let mut pages = client.accounts().list(ListAccounts::new()).pages();
    let mut taken = 0;
    while let Some(Ok(_)) = pages.next().await {
        taken += 1;
    }
    assert!(taken <= 2 && server.requests().len() <= 2, "{taken}");
}

#[tokio::test]
async fn errors_contain_a_remedy() {
    let (outcome, _) = meet(FaultKind::RemoteError(403)).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.insight().unwrap().missing_scopes, ["api-keys:write"]);
    assert_eq!(error.insight().unwrap().missing_parameters, ["projectId"]);
    assert!(
        error.to_string().contains("missing scopes: api-keys:write"),
        "{error}"
    );
    let (outcome, _) = meet(FaultKind::RemoteError(401)).await;
    assert!(outcome.unwrap_err().needs_reauthorization());
}
