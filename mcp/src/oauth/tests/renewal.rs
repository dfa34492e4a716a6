//! Tests of tokens that end, are refused or are not enough.

use secrecy::{ExposeSecret as _, SecretString};
use toolsmith_testkit::fake_oauth::Settings;

use super::*;
use crate::authorization::{Challenge, RefusedToken, TokenSource as _};

fn ending() -> Settings {
    Settings {
        expires_in: 0,
        ..Settings::default()
    }
}

fn refused(token: Option<&SecretString>, status: u16) -> RefusedToken {
    RefusedToken {
        token: token.cloned(),
        challenge: Challenge {
            status,
            ..Challenge::default()
        },
    }
}

fn renewals(server: &FakeOAuth) -> usize {
    let exchanges = requests(server, "POST /token");
    let is_renewal = |exchange: &&Recorded| exchange.parameters["grant_type"] == "refresh_token";
    exchanges.iter().filter(is_renewal).count()
}

async fn token(client: &OAuthClient) -> SecretString {
    client.access_token().await.unwrap().unwrap()
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_with_each_refresh_token_once() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(ending());
    let client = client_of(&server);
    authorize(&client).await.unwrap();
    let mut known = Vec::new();
    for _ in 0..3 {
        let token = token(&client).await.expose_secret().to_owned();
        assert!(!known.contains(&token));
        known.push(token);
    }
    assert_eq!(renewals(&server), 3);
    let exchanges = requests(&server, "POST /token");
    let mut refresh: Vec<&String> = exchanges
        .iter()
        .filter_map(|exchange| exchange.parameters.get("refresh_token"))
        .collect();
    refresh.dedup();
    assert_eq!(refresh.len(), 3);
    let with_resource = |exchange: &Recorded| exchange.parameters["resource"] == server.url();
    assert!(exchanges.iter().all(with_resource));
}

#[tokio::test]
async fn a_refresh_token_that_is_not_replaced_is_kept() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(Settings {
        rotates: false,
        ..ending()
    });
    let client = client_of(&server);
    authorize(&client).await.unwrap();
    token(&client).await;
    token(&client).await;
    assert_eq!(renewals(&server), 2);
}

#[tokio::test]
async fn requests_at_once_renew_a_token_once() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(ending());
    let client = Arc::new(client_of(&server));
    authorize(&client).await.unwrap();
    server.set(Settings::default());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let client = client.clone();
        tasks.spawn(async move { token(&client).await.expose_secret().to_owned() });
    }
    let mut tokens = tasks.join_all().await;
    tokens.dedup();
    assert_eq!((tokens.len(), renewals(&server)), (1, 1));
    // All of them are refused at once, as after a restart of the server.
    server.end_access_tokens();
    let old: SecretString = tokens[0].clone().into();
    let refused = refused(Some(&old), 401);
    let (one, other) = tokio::join!(client.token(Some(&refused)), client.token(Some(&refused)));
    let exposed = |token: Option<SecretString>| token.unwrap().expose_secret().to_owned();
    assert_eq!(exposed(one.unwrap()), exposed(other.unwrap()));
    assert_eq!(renewals(&server), 2);
}

/// A store that takes long to save.
struct SlowStore(MemoryStore);

impl TokenStore for SlowStore {
    fn load<'a>(&'a self, server: &'a str) -> StoreFuture<'a, Option<Credentials>> {
        self.0.load(server)
    }

    fn save<'a>(&'a self, server: &'a str, credentials: &'a Credentials) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            self.0.save(server, credentials).await
        })
    }

    fn remove<'a>(&'a self, server: &'a str) -> StoreFuture<'a, ()> {
        self.0.remove(server)
    }
}

#[tokio::test]
async fn a_caller_that_stops_waiting_does_not_lose_the_refresh_token() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(ending());
    let client = client_with(&server, Arc::new(SlowStore(MemoryStore::default())));
    authorize(&client).await.unwrap();
    server.set(Settings::default());
    let limit = Duration::from_millis(200);
    assert!(
        tokio::time::timeout(limit, client.access_token())
            .await
            .is_err()
    );
    let renewed = token(&client).await;
    assert_eq!(renewals(&server), 1);
    let stored = client.credentials().await.unwrap().unwrap();
    let stored = stored.tokens.unwrap().access;
    assert_eq!(stored.expose_secret(), renewed.expose_secret());
}

#[tokio::test]
async fn calls_use_the_earlier_token_while_the_browser_is_open() {
    let server = FakeOAuth::start().await.unwrap();
    let client = Arc::new(client_of(&server));
    authorize(&client).await.unwrap();
    let earlier = token(&client).await;
    let authorizing = client.clone();
    // No one visits the page.
    let authorizing = tokio::spawn(async move { authorizing.authorize(|_| {}).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let limit = Duration::from_secs(2);
    let used = tokio::time::timeout(limit, token(&client)).await.unwrap();
    assert_eq!(used.expose_secret(), earlier.expose_secret());
    authorizing.abort();
}

#[tokio::test]
async fn programs_that_share_a_store_renew_a_token_once() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(ending());
    let directory = tempfile::tempdir().unwrap();
    let open = || client_with(&server, Arc::new(FileStore::new(directory.path())));
    let (one, other) = (open(), open());
    authorize(&one).await.unwrap();
    // Both have read the token that ends.
    assert!(other.credentials().await.unwrap().unwrap().has_token());
    server.set(Settings::default());
    let (first, second) = tokio::join!(token(&one), token(&other));
    assert_eq!(first.expose_secret(), second.expose_secret());
    assert_eq!(renewals(&server), 1);
    let later = token(&open()).await;
    assert_eq!(later.expose_secret(), first.expose_secret());
}

#[tokio::test]
async fn a_person_is_needed_when_the_refresh_token_is_not_accepted() {
    let server = FakeOAuth::start().await.unwrap();
    for (end, why) in [
        (
            Box::new(|server: &FakeOAuth| server.end_refresh_tokens()) as Box<dyn Fn(&FakeOAuth)>,
            "no longer accepts the refresh token; run `login`",
        ),
        (
            Box::new(|server: &FakeOAuth| server.forget_clients()),
            "no longer knows this program; run `login`",
        ),
    ] {
        server.set(ending());
        let client = client_of(&server);
        authorize(&client).await.unwrap();
        end(&server);
        let error = client.access_token().await.unwrap_err();
        assert_eq!(error.kind(), OAuthErrorKind::AuthorizationRequired);
        assert!(error.to_string().contains(why), "{error}");
        check_secrets(&server, &error.to_string());
        // The tokens are gone, and no request repeats them.
        let before = renewals(&server);
        assert!(client.access_token().await.unwrap().is_none());
        assert_eq!(renewals(&server), before);
        server.set(Settings::default());
        authorize(&client).await.unwrap();
        assert!(client.access_token().await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_copied_refresh_token_ends_all_tokens() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(ending());
    let store = MemoryStore::default();
    let client = client_with(&server, Arc::new(store.clone()));
    authorize(&client).await.unwrap();
    let copy = MemoryStore::default();
    let stolen = store.load(&server.url()).await.unwrap().unwrap();
    copy.save(&server.url(), &stolen).await.unwrap();
    token(&client).await;
    let thief = client_with(&server, Arc::new(copy));
    let error = thief.access_token().await.unwrap_err();
    assert_eq!(error.kind(), OAuthErrorKind::AuthorizationRequired);
    check_secrets(&server, &error.to_string());
    let error = client.access_token().await.unwrap_err();
    assert_eq!(error.kind(), OAuthErrorKind::AuthorizationRequired);
}

#[tokio::test]
async fn a_failure_of_the_server_costs_no_token() {
    let server = FakeOAuth::start().await.unwrap();
    server.set(ending());
    let client = client_of(&server);
    authorize(&client).await.unwrap();
    server.set(Settings {
        token_status: Some(503),
        ..ending()
    });
    let error = client.access_token().await.unwrap_err();
    assert_eq!(error.kind(), OAuthErrorKind::Connection);
    server.set(Settings::default());
    assert!(client.access_token().await.unwrap().is_some());
}

#[tokio::test]
async fn missing_permissions_are_requested_with_the_earlier_ones() {
    let server = FakeOAuth::start().await.unwrap();
    let client = client_of(&server);
    authorize(&client).await.unwrap();
    let old = token(&client).await;
    let mut refused = refused(Some(&old), 403);
    refused.challenge.error = Some("insufficient_scope".to_owned());
    refused.challenge.scope = Some("notes:write".to_owned());
    let error = client.token(Some(&refused)).await.unwrap_err().to_string();
    assert!(
        error.contains("more permissions than were granted; run `login`"),
        "{error}"
    );
    assert_eq!(renewals(&server), 0);
    // The token is still good for the rest.
    assert_eq!(token(&client).await.expose_secret(), old.expose_secret());
    authorize(&client).await.unwrap();
    let pages = requests(&server, "GET /authorize");
    assert_eq!(
        pages.last().unwrap().parameters["scope"],
        "notes:read notes:write"
    );
    let renewed = client.token(Some(&refused)).await.unwrap().unwrap();
    assert_ne!(renewed.expose_secret(), old.expose_secret());
}

#[tokio::test]
async fn without_a_token_none_is_sent() {
    let server = FakeOAuth::start().await.unwrap();
    let client = client_of(&server);
    assert!(client.token(None).await.unwrap().is_none());
    let error = client.token(Some(&refused(None, 401))).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("requires authorization; run `login`"),
        "{error}"
    );
    authorize(&client).await.unwrap();
    client.forget().await.unwrap();
    assert!(client.token(None).await.unwrap().is_none());
    assert!(server.requests().len() > 1);
}
