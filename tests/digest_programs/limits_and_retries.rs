//! Reads many keys at the same time, each with a timeout and two attempts.

use std::time::Duration;

use generated::runtime::transport::{HttpTransport, reqwest};
use generated::runtime::{Error, RetryPolicy};
use generated::the_auth_api::{ApiKey, ApiKeyId, Client, GetApiKey, ListApiKeys};
use tokio::task::JoinSet;
use toolsmith_testkit::fake_truto::{FakeTruto, Fault, FaultKind};

async fn read_all(client: &Client, ids: &[ApiKeyId]) -> Vec<Result<ApiKey, Error>> {
    let mut calls = JoinSet::new();
    for id in ids {
        let call = client
            .api_keys()
            .get(GetApiKey::new(id))
            .timeout(Duration::from_secs(20))
            .attempt_timeout(Duration::from_secs(5))
            .retry(RetryPolicy::default().max_attempts(2));
        calls.spawn(call);
    }
    calls.join_all().await
}

#[tokio::test]
async fn repeats_what_failed_once() {
    let (server, client) = crate::connect();
    let keys = client
        .api_keys()
        .list(ListApiKeys::new())
        .collect(100)
        .await
        .unwrap();
    let ids: Vec<ApiKeyId> = keys.items.into_iter().map(|key| key.id).collect();
    server.set_fault(Fault::new(FaultKind::Status(502)).times(3));
    let results = read_all(&client, &ids).await;
    assert_eq!(results.len(), ids.len());
    assert!(results.iter().all(Result::is_ok), "{results:?}");
}

fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    HttpTransport::client_builder()
        .pool_max_idle_per_host(4)
        .build()
}

#[tokio::test]
async fn reads_with_a_separate_http_client() {
    let server = FakeTruto::start().unwrap();
    let client = Client::builder()
        .token(server.token())
        .account(server.account_id())
        .base_url(server.base_url())
        .http_client_with(http_client)
        .build()
        .unwrap();
    let id = String::from("key_101");
    let results = read_all(&client, &[ApiKeyId::from(&id)]).await;
    assert_eq!(results[0].as_ref().unwrap().id, id);
}
