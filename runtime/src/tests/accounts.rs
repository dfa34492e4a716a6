//! Many accounts on one client: what they share, and what each has for itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::shop::{Client, GetProject};
use super::{CANARY, client, project, scripted};
use crate::error::Error;
use crate::rate_limit::Quota;
use crate::transport::{Body, MemoryTransport, MockResponse, Transport, TransportFuture};

fn always() -> MemoryTransport {
    MemoryTransport::respond_with(|_| MockResponse::json(200, &project("p")))
}

/// A transport of the program's own, which counts as one that reaches the server.
#[derive(Clone)]
struct Own(MemoryTransport, Arc<AtomicUsize>);

impl Own {
    fn answering() -> Self {
        Self(always(), Arc::default())
    }
}

impl Transport for Own {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.send(request)
    }
}

async fn get(client: &Client) -> Result<super::shop::Project, Error> {
    client.projects().get(GetProject::new("p")).await
}

#[tokio::test]
async fn the_calls_of_an_account_name_it() {
    let answers = [1, 2].map(|_| MockResponse::json(200, &project("p")));
    let (first, transport) = scripted(answers);
    let second = first.for_account("acc 2/é");
    assert_eq!(second.account_id(), "acc 2/é");
    assert_eq!(first.account_id(), "acc_551");
    get(&second).await.unwrap();
    get(&first).await.unwrap();
    let queries = transport.requests().into_iter().map(|sent| sent.query);
    assert_eq!(
        queries.collect::<Vec<_>>(),
        [
            "integrated_account_id=acc%202%2F%C3%A9",
            "integrated_account_id=acc_551"
        ]
    );
    // The same access, and the same calls by name.
    let reader = first.read_only().for_account("acc_3");
    let denied = reader.call_tool("create_a_shop_project", json!({}));
    assert!(matches!(denied.await, Err(Error::AccessDenied { .. })));
}

#[tokio::test]
async fn an_account_without_an_identifier_is_refused_when_it_is_called() {
    let (client, transport) = scripted([]);
    for id in ["", ".", ".."] {
        let error = get(&client.for_account(id)).await.unwrap_err();
        assert!(
            matches!(error, Error::Config { tool: Some(_), .. }),
            "{error:?}"
        );
        let error = client.for_account(id).account_status().await.unwrap_err();
        assert!(error.to_string().contains("`for_account(..)`"), "{error}");
    }
    assert!(transport.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn accounts_share_the_lane_of_the_token_and_have_their_own() {
    let transport = always();
    let quota = Quota::unlimited()
        .per_token(6, Duration::from_secs(60))
        .per_account(2, Duration::from_secs(60));
    let clients = |transport: MemoryTransport| {
        let builder = Client::builder().token(CANARY).account("acc_1");
        builder
            .transport(transport)
            .quota(quota)
            .timeout(Duration::from_secs(1))
            .build()
            .unwrap()
    };
    let first = clients(transport.clone());
    // A third call of one account waits for its own lane.
    for account in ["acc_1", "acc_2", "acc_3"] {
        for _ in 0..2 {
            get(&first.for_account(account)).await.unwrap();
        }
        let error = get(&first.for_account(account)).await.unwrap_err();
        assert!(error.is_rate_limited(), "{error}");
    }
    // The lane of the token is used up for a new account.
    let error = get(&first.for_account("acc_4")).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(transport.requests().len(), 6);
    tokio::time::advance(Duration::from_secs(70)).await;
    get(&first.for_account("acc_4")).await.unwrap();
    assert_eq!(
        first.for_account("acc_4").rate_limiter().status().left,
        Some(1)
    );
    assert_eq!(
        first.for_account("acc_5").rate_limiter().status().left,
        Some(2)
    );
}

#[tokio::test]
async fn a_transport_of_the_program_keeps_the_limit_of_its_token() {
    let quota = Quota::unlimited().per_token(3, Duration::from_secs(60));
    let own = Own::answering();
    let build = |token: &str, account: &str| {
        let builder = Client::builder().token(token).account(account).quota(quota);
        let builder = builder
            .transport(own.clone())
            .base_url("https://lanes.test");
        builder.timeout(Duration::from_secs(1)).build().unwrap()
    };
    let accounts: Vec<Client> = (0..4)
        .map(|number| build("tok_shared", &format!("a{number}")))
        .collect();
    for client in &accounts[..3] {
        get(client).await.unwrap();
    }
    let error = get(&accounts[3]).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    // Another token has its own lane, and so has a transport that reaches no server.
    get(&build("tok_other", "a0")).await.unwrap();
    let memory = always();
    let builder = Client::builder().token("tok_shared").account("a0");
    let apart = builder
        .transport(memory)
        .base_url("https://lanes.test")
        .build()
        .unwrap();
    get(&apart).await.unwrap();
    assert_eq!(own.1.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_rate_limiter_that_is_taken_over_has_accounts_as_well() {
    let quota = Quota::unlimited().per_token(2, Duration::from_secs(60));
    let transport = always();
    let builder = || {
        Client::builder()
            .token(CANARY)
            .account("acc_1")
            .timeout(Duration::from_secs(1))
    };
    let first = builder()
        .quota(quota)
        .transport(transport.clone())
        .build()
        .unwrap();
    let second = builder()
        .rate_limiter(&first.rate_limiter())
        .transport(transport)
        .build()
        .unwrap();
    get(&first.for_account("a")).await.unwrap();
    get(&second.for_account("b")).await.unwrap();
    let error = get(&second.for_account("c")).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_idle_lane_is_dropped_and_a_lane_in_use_is_kept() {
    let transport = always();
    let builder = Client::builder()
        .token(CANARY)
        .account("acc_0")
        .transport(transport);
    let quota = Quota::unlimited().per_account(5, Duration::from_secs(10));
    let first = builder.quota(quota).build().unwrap();
    let count = || first.rate_limiter().0.lanes().account_count();
    for number in 0..500 {
        get(&first.for_account(format!("acc_{number}")))
            .await
            .unwrap();
    }
    let kept = first.for_account("acc_7");
    // Each of them was used within its window, so that all of them still count.
    assert_eq!(count(), 500);
    assert_eq!(kept.rate_limiter().status().left, Some(4));
    tokio::time::advance(Duration::from_secs(61)).await;
    let _new = first.for_account("acc_new");
    // Those of `first`, `kept` and the new one.
    assert_eq!(count(), 3);
    assert_eq!(kept.rate_limiter().status().left, Some(5));
}

#[tokio::test]
async fn a_client_prints_its_account_only() {
    let printed = format!(
        "{:?}",
        client(&MemoryTransport::script([])).for_account("acc_2")
    );
    assert!(
        printed.contains("acc_2") && !printed.contains(CANARY),
        "{printed}"
    );
}
