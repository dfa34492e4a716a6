//! A token that a provider renews.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::time::Instant;

use super::shop::{Client, CreateProject, GetProject, Project};
use super::{project, secrets};
use crate::client::{AccessToken, TokenFuture, TokenProvider};
use crate::error::{Error, TimeoutPhase};
use crate::transport::{Body, MemoryTransport, MockResponse};
use crate::{ClientBuilder, RetryPolicy};

/// Accepts this token only; the response repeats the token that was sent.
pub(super) fn accepting(token: &'static str) -> MemoryTransport {
    MemoryTransport::respond_with(move |request| {
        let sent = request.header("authorization").unwrap_or_default();
        if sent == format!("Bearer {token}") {
            return MockResponse::json(200, &project("p"));
        }
        let message = format!("the token of `{sent}` is not valid");
        let refusal = json!({"statusCode": 401, "message": message});
        MockResponse::json(401, &refusal).after(Duration::from_millis(100))
    })
}

/// Gives these tokens in order, each after a second.
#[derive(Clone, Default)]
struct Vault {
    tokens: Arc<Mutex<VecDeque<Result<AccessToken, &'static str>>>>,
    asked: Arc<AtomicUsize>,
}

impl Vault {
    fn of(tokens: &[&str]) -> Self {
        let tokens = tokens.iter().map(|token| Ok(AccessToken::new(*token)));
        Self::giving(tokens)
    }

    fn giving(tokens: impl IntoIterator<Item = Result<AccessToken, &'static str>>) -> Self {
        let vault = Self::default();
        vault.tokens.lock().unwrap().extend(tokens);
        vault
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl TokenProvider for Vault {
    fn renew(&self) -> TokenFuture<'_> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let next = self.tokens.lock().unwrap().pop_front();
            next.unwrap_or(Err("the vault is empty"))
                .map_err(Into::into)
        })
    }
}

pub(super) fn builder(
    transport: &MemoryTransport,
    provider: impl TokenProvider,
) -> ClientBuilder<Client> {
    secrets::listen();
    let builder = Client::builder()
        .account("acc_1")
        .transport(transport.clone());
    builder.token_provider(provider)
}

fn client(transport: &MemoryTransport, provider: impl TokenProvider) -> Client {
    builder(transport, provider).build().unwrap()
}

pub(super) async fn get(client: &Client) -> Result<Project, Error> {
    client.projects().get(GetProject::new("p")).await
}

#[tokio::test(start_paused = true)]
async fn a_provider_is_asked_once_before_the_first_call() {
    let (transport, vault) = (accepting("tok_first"), Vault::of(&["tok_first"]));
    let client = client(&transport, vault.clone());
    let calls = (0..50).map(|number| client.for_account(format!("acc_{number}")));
    let outcomes = join_all(calls.map(|client| async move { get(&client).await })).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!((vault.asked(), transport.requests().len()), (1, 50));
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once_for_all_calls() {
    let (transport, vault) = (accepting("tok_second"), Vault::of(&["tok_second"]));
    let builder = builder(&transport, vault.clone()).token("tok_first");
    let client = builder.build().unwrap();
    let calls = (0..8).map(|_| get(&client));
    let outcomes = join_all(calls).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!((vault.asked(), transport.requests().len()), (1, 16));
    // A write that may be repeated keeps its key.
    let vault = Vault::of(&["tok_second"]);
    let fresh = accepting("tok_second");
    let client = super::renewed_tokens::builder(&fresh, vault)
        .token("tok_first")
        .build()
        .unwrap();
    client
        .projects()
        .create(CreateProject::new("a", "live"))
        .await
        .unwrap();
    let keys = fresh
        .requests()
        .into_iter()
        .map(|sent| sent.headers.get("idempotency-key").cloned());
    let keys: Vec<_> = keys.flatten().collect();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
}

#[tokio::test(start_paused = true)]
async fn a_second_refusal_ends_the_call() {
    let (transport, vault) = (accepting("tok_good"), Vault::of(&["tok_bad", "tok_good"]));
    let client = builder(&transport, vault.clone())
        .token("tok_first")
        .build()
        .unwrap();
    let error = get(&client).await.unwrap_err();
    assert!(error.is_token_rejected(), "{error}");
    assert_eq!(error.attempts().len(), 2);
    assert_eq!((vault.asked(), transport.requests().len()), (1, 2));
    // The next call does not try the refused token again.
    get(&client).await.unwrap();
    assert_eq!((vault.asked(), transport.requests().len()), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_may_not_be_repeated_is_not() {
    let (transport, vault) = (accepting("tok_second"), Vault::of(&["tok_second"]));
    let client = builder(&transport, vault.clone())
        .token("tok_first")
        .build()
        .unwrap();
    let create = || client.projects().create(CreateProject::new("a", "live"));
    let stream = Body::from_stream(futures_util::stream::iter([Ok("{}".into())]));
    let error = create().retry(RetryPolicy::never()).await.unwrap_err();
    assert!(error.is_token_rejected(), "{error}");
    assert_eq!((vault.asked(), transport.requests().len()), (0, 1));
    // The next call renews the token first.
    create().upload("application/json", stream).await.unwrap();
    assert_eq!((vault.asked(), transport.requests().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn the_401_of_an_account_asks_for_no_token() {
    let body = json!({"statusCode": 401, "message": "expired", "truto_is_remote_error": true});
    let transport = MemoryTransport::respond_with(move |_| MockResponse::json(401, &body));
    let vault = Vault::of(&["tok_second"]);
    let client = builder(&transport, vault.clone())
        .token("tok_first")
        .build()
        .unwrap();
    let error = get(&client).await.unwrap_err();
    assert!(error.needs_reauthorization(), "{error}");
    assert_eq!((vault.asked(), transport.requests().len()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_is_the_error_of_all_its_calls() {
    let vault = Vault::giving([
        Err("the vault is sealed"),
        Ok(AccessToken::new("a\nb")),
        Ok(AccessToken::new("tok_good")),
    ]);
    let transport = accepting("tok_good");
    let client = client(&transport, vault.clone());
    for error in join_all((0..5).map(|_| get(&client))).await {
        let Err(Error::Token(error)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(
            error.to_string(),
            "get_single_shop_project_by_id: the token provider failed: the vault is sealed (nothing was sent)"
        );
        assert_eq!(error.cause().to_string(), "the vault is sealed");
    }
    assert_eq!(vault.asked(), 1);
    let error = get(&client).await.unwrap_err();
    assert!(
        error.to_string().contains("not a valid header value"),
        "{error}"
    );
    assert!(error.is_retryable() && transport.requests().is_empty());
    get(&client).await.unwrap();
    assert_eq!(vault.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_does_not_lose_the_token_that_it_asked_for() {
    let (transport, vault) = (accepting("tok_first"), Vault::of(&["tok_first"]));
    let client = client(&transport, vault.clone());
    let cancelled = tokio::time::timeout(Duration::from_millis(100), get(&client)).await;
    assert!(cancelled.is_err());
    tokio::time::sleep(Duration::from_secs(5)).await;
    get(&client).await.unwrap();
    assert_eq!(vault.asked(), 1);
    // The same if the call ended while it waited.
    let vault = Vault::of(&["tok_first"]);
    let short = builder(&accepting("tok_first"), vault.clone());
    let client = short.timeout(Duration::from_millis(100)).build().unwrap();
    let error = get(&client).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Timeout {
                phase: TimeoutPhase::Token,
                attempt_count: 0,
                ..
            }
        ),
        "{error:?}"
    );
    tokio::time::sleep(Duration::from_secs(5)).await;
    get(&client).await.unwrap();
    assert_eq!(vault.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_expires() {
    let hour = Duration::from_secs(3600);
    let lasting = |token: &str| Ok(AccessToken::new(token).expires_in(hour));
    let vault = Vault::giving([lasting("tok_a"), Err("sealed"), lasting("tok_b")]);
    let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project("p")));
    let client = client(&transport, vault.clone());
    let mut asked = Vec::new();
    for seconds in [0, 3000, 480, 60, 2, 2] {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let began = Instant::now();
        get(&client).await.unwrap();
        // No call waits while the old token holds.
        let waited = began.elapsed().as_secs();
        assert_eq!(waited, u64::from(asked.is_empty()));
        asked.push(vault.asked());
    }
    // One minute before its end. The token still holds where the renewal fails.
    assert_eq!(asked, [1, 1, 1, 2, 3, 3]);
    let sent = transport
        .requests()
        .into_iter()
        .map(|sent| sent.header("authorization").map(str::to_owned));
    let sent: Vec<String> = sent.flatten().collect();
    assert_eq!(sent[3..], ["Bearer tok_a", "Bearer tok_a", "Bearer tok_b"]);
}

#[tokio::test(start_paused = true)]
async fn old_and_new_tokens_appear_in_no_error() {
    let (old, new) = ("s3cr3t-canary-old", "s3cr3t-canary-new");
    let transport = MemoryTransport::respond_with(move |_| {
        let message = format!("neither {old} nor {new} is valid");
        MockResponse::json(401, &json!({"statusCode": 401, "message": message}))
    });
    let client = builder(&transport, Vault::of(&[new]))
        .token(old)
        .build()
        .unwrap();
    let error = get(&client).await.unwrap_err();
    let printed = format!("{error} {error:?} {:?} {client:?}", error.body());
    assert!(
        !printed.contains("canary") && error.to_string().contains("[token]"),
        "{printed}"
    );
    // Nor does a message of the provider.
    let echoing = move || async move { Err::<String, _>(format!("{old} is not accepted")) };
    let client = builder(&transport, echoing).token(old).build().unwrap();
    let error = get(&client).await.unwrap_err();
    let printed = format!("{error} {error:?}");
    assert!(
        matches!(error, Error::Token(_)) && !printed.contains("canary"),
        "{printed}"
    );
}

/// The failure of a provider, with a cause.
#[derive(Debug)]
struct Refresh(std::io::Error);

impl std::fmt::Display for Refresh {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the refresh failed")
    }
}

impl std::error::Error for Refresh {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn the_causes_of_a_failed_renewal_have_no_token() {
    let transport = accepting("tok_first");
    for (cause, expected) in [
        (
            "s3cr3t-canary-old is not accepted",
            "[token] is not accepted",
        ),
        ("the vault is sealed", "the vault is sealed"),
    ] {
        let provider = move || async move {
            let inner: Box<dyn std::error::Error + Send + Sync> = cause.into();
            Err::<String, _>(Refresh(std::io::Error::other(inner)))
        };
        let client = builder(&transport, provider)
            .token("s3cr3t-canary-old")
            .build()
            .unwrap();
        let error = get(&client).await.unwrap_err();
        let mut printed = format!("{error} {error:?}");
        let mut causes = Vec::new();
        let mut next = std::error::Error::source(&error);
        while let Some(cause) = next {
            printed = format!("{printed} {cause:?}");
            causes.push(cause.to_string());
            next = cause.source();
        }
        assert_eq!(causes, [expected], "{printed}");
        assert!(!printed.contains("canary"), "{printed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_fails_its_calls() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let provider = move || {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert!(!first, "the first time");
            Ok::<_, std::io::Error>("tok_first".to_owned())
        }
    };
    let client = client(&accepting("tok_first"), provider);
    for ended in join_all((0..3).map(|_| get(&client))).await {
        let Err(Error::Token(error)) = ended else {
            panic!("{ended:?}");
        };
        assert_eq!(error.cause().to_string(), "the provider panicked");
    }
    get(&client).await.unwrap();
    // Also before it returns a future.
    let provider = || -> std::future::Ready<Result<String, std::io::Error>> { panic!("at once") };
    let client = super::renewed_tokens::client(&accepting("tok_first"), provider);
    let ended = get(&client).await;
    assert!(matches!(ended, Err(Error::Token(_))), "{ended:?}");
}

#[test]
fn a_client_needs_a_token_or_a_provider() {
    let built = Client::builder().account("acc_1").build();
    assert!(built.unwrap_err().to_string().contains("there is no token"));
    let printed = format!("{:?}", AccessToken::new("s3cr3t-canary"));
    assert!(!printed.contains("canary"), "{printed}");
}
