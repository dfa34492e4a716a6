//! The end of a client's work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use super::shop::{Client, GetProject, ListProjects, Project};
use super::{CANARY, project};
use crate::error::Error;
use crate::rate_limit::Quota;
use crate::transport::{MemoryTransport, MockResponse};

/// Creates a client whose calls take two seconds, two at a time.
fn slow(responding: fn() -> MockResponse) -> (Client, MemoryTransport) {
    let transport =
        MemoryTransport::respond_with(move |_| responding().after(Duration::from_secs(2)));
    let builder = Client::builder()
        .token(CANARY)
        .account("acc_1")
        .transport(transport.clone());
    let quota = Quota::unlimited().per_token(2, Duration::from_secs(60));
    (builder.quota(quota).build().unwrap(), transport)
}

fn good() -> MockResponse {
    MockResponse::json(200, &project("p"))
}

async fn get(client: &Client) -> Result<Project, Error> {
    client.projects().get(GetProject::new("p")).await
}

fn spawn_calls(
    client: &Client,
    count: usize,
) -> Vec<tokio::task::JoinHandle<Result<Project, Error>>> {
    let accounts = (0..count).map(|number| client.for_account(format!("acc_{}", number % 3)));
    let calls = accounts.map(|client| tokio::spawn(async move { get(&client).await }));
    calls.collect()
}

#[tokio::test(start_paused = true)]
async fn sent_calls_end_and_waiting_ones_are_cancelled() {
    let (client, transport) = slow(good);
    // A third that waits would exceed its timeout at once.
    let calls = spawn_calls(&client, 4);
    sleep(Duration::from_secs(1)).await;
    let began = Instant::now();
    let drained = client.clone().drain(Duration::from_secs(30)).await;
    assert_eq!(
        (drained.finished, drained.cancelled, drained.unfinished),
        (2, 2, 0)
    );
    assert!(drained.is_complete());
    assert_eq!(began.elapsed().as_secs(), 1);
    let (mut finished, mut cancelled) = (0, 0);
    for outcome in join_all(calls).await {
        match outcome.unwrap() {
            Ok(_) => finished += 1,
            Err(
                error @ Error::Draining {
                    attempt_count: 0, ..
                },
            ) => {
                assert!(error.is_draining() && !error.is_retryable());
                assert_eq!(
                    error.to_string(),
                    "get_single_shop_project_by_id: the client is shutting down; nothing was sent"
                );
                cancelled += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((finished, cancelled), (2, 2));
    // New calls are refused at once, on every client that shares it.
    for client in [client.clone(), client.for_account("acc_9")] {
        assert!(get(&client).await.unwrap_err().is_draining());
        assert!(client.account_status().await.unwrap_err().is_draining());
        let mut items = client
            .projects()
            .list(super::shop::ListProjects::new("a"))
            .items();
        assert!(items.next().await.unwrap().unwrap_err().is_draining());
    }
    assert_eq!(transport.requests().len(), 2);
    assert_eq!(client.drain(Duration::ZERO).await.cancelled, 0);
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_at_its_deadline() {
    let (client, _) = slow(good);
    let calls = spawn_calls(&client, 2);
    sleep(Duration::from_millis(1)).await;
    let drained = client.drain(Duration::from_secs(1)).await;
    assert_eq!((drained.finished, drained.unfinished), (0, 2));
    assert!(!drained.is_complete());
    // They are not cancelled.
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|outcome| outcome.unwrap().is_ok())
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_failed_is_not_tried_again() {
    let (client, transport) = slow(|| MockResponse::new(500));
    let calls = spawn_calls(&client, 1);
    sleep(Duration::from_secs(1)).await;
    client.drain(Duration::from_secs(30)).await;
    for outcome in join_all(calls).await {
        let error = outcome.unwrap().unwrap_err();
        assert!(error.is_draining(), "{error}");
        assert_eq!(error.attempts().len(), 1);
    }
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_download_is_under_way_until_it_is_read() {
    let (client, _) = slow(good);
    let download = client
        .projects()
        .get(GetProject::new("p"))
        .download()
        .await
        .unwrap();
    let reading = tokio::spawn(async move {
        sleep(Duration::from_secs(5)).await;
        download.collect(1000).await
    });
    let began = Instant::now();
    let drained = client.drain(Duration::from_secs(30)).await;
    assert_eq!((drained.finished, began.elapsed().as_secs()), (1, 5));
    assert!(!reading.await.unwrap().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_idle_client_is_drained_at_once() {
    let (client, _) = slow(good);
    let began = Instant::now();
    assert!(client.drain(Duration::from_secs(30)).await.is_complete());
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_drain_waits_for_the_end_of_a_long_response() {
    let records: Vec<_> = (0..40_000).map(|_| project("p")).collect();
    let list = serde_json::json!({ "result": records });
    let (client, transport) = super::answering(&list);
    let ended = Arc::new(AtomicBool::new(false));
    let calling = tokio::spawn({
        let (client, ended) = (client.clone(), Arc::clone(&ended));
        async move {
            let page = client.projects().list(ListProjects::new("acc_1")).await;
            ended.store(true, Ordering::SeqCst);
            page.unwrap().items.len()
        }
    });
    // It is sent, and then read in another thread.
    while transport.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let drained = client.drain(Duration::from_secs(30)).await;
    assert!(drained.is_complete(), "{drained:?}");
    assert!(ended.load(Ordering::SeqCst));
    assert_eq!(calling.await.unwrap(), 40_000);
}
