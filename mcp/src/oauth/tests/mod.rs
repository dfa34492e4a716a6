//! Tests with a server that requires OAuth, over HTTP on this machine.

mod flow;
mod hostile;
mod renewal;
mod session;
mod store;

use std::sync::Arc;
use std::time::Duration;

use toolsmith_testkit::fake_oauth::{FakeOAuth, Recorded, browse};
use url::Url;

use super::*;

/// Creates a client of a server, with a store in memory.
fn client_of(server: &FakeOAuth) -> OAuthClient {
    client_with(server, Arc::new(MemoryStore::default()))
}

fn client_with(server: &FakeOAuth, store: Arc<dyn TokenStore>) -> OAuthClient {
    let client = OAuthClient::new(&server.url(), store).unwrap();
    client
        .timeout(Duration::from_secs(10))
        .remedy("run `login`")
}

/// Authorizes a client as a person does who opens the page.
async fn authorize(client: &OAuthClient) -> Result<Credentials, OAuthError> {
    client
        .authorize(|page| {
            let page = page.to_string();
            tokio::spawn(async move { browse(&page).await });
        })
        .await
}

/// Returns the requests with a method and a path.
fn requests(server: &FakeOAuth, target: &str) -> Vec<Recorded> {
    let mut requests = server.requests();
    requests.retain(|request| request.target == target);
    requests
}

/// Checks that text contains no secret of a server.
#[track_caller]
fn check_secrets(server: &FakeOAuth, text: &str) {
    for secret in server.secrets() {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
    assert!(!text.contains("s3cr3t"), "{text}");
}
