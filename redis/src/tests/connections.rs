//! The connections of many lanes, with a server that does not respond.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use toolsmith_runtime::rate_limit::store::{LaneKey, LeaseRequest, RateLimitStore};

use crate::RedisStore;

#[tokio::test]
async fn lanes_that_ask_at_the_same_time_share_one_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            kept.push(socket);
        }
    });
    let store = Arc::new(RedisStore::new(format!("redis://{address}/0")).unwrap());
    let asking: Vec<_> = (0..100)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let lane = LaneKey::new("https://api.test", "token", Some(&number.to_string()));
                let exchange = store.exchange(&lane, LeaseRequest::default());
                let _late = tokio::time::timeout(Duration::from_millis(500), exchange).await;
            })
        })
        .collect();
    for one in asking {
        one.await.unwrap();
    }
    assert_eq!(accepted.load(Ordering::SeqCst), 1);
}
