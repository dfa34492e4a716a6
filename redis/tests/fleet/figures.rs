//! The cost of the store: requests, time and memory.

use std::time::{Duration, Instant};

use generated::the_auth_api::CATALOG;
use serde_json::json;
use toolsmith_redis::RedisStore;
use toolsmith_runtime::Client;
use toolsmith_testkit::fake_truto::{FakeTruto, RateLimit, Settings};

use crate::server::StoreServer;

const CALLS: u32 = 1000;

/// Starts a server whose limit is never reached.
fn generous() -> FakeTruto {
    let truto = FakeTruto::start().unwrap();
    truto.set(Settings {
        rate_limit: Some(RateLimit {
            limit: 100_000,
            window_seconds: 10,
        }),
        ..Settings::default()
    });
    truto
}

/// Returns the number of scripts that the server has run.
fn scripts(store: &StoreServer) -> u64 {
    let stats = store.command(&["INFO", "commandstats"]);
    let line = stats
        .lines()
        .find_map(|line| line.strip_prefix("cmdstat_evalsha:calls="));
    let count = line.and_then(|line| line.split(',').next());
    count.map_or(0, |count| count.parse().unwrap())
}

/// Makes calls of one client, a number of them at a time. Returns the time of a call.
async fn time(truto: &FakeTruto, store: Option<&StoreServer>, at_once: u32) -> Duration {
    let mut builder = Client::builder(CATALOG)
        .base_url(truto.base_url())
        .token(truto.token())
        .account(truto.account_id());
    if let Some(store) = store {
        builder = builder.rate_limit_store(RedisStore::new(store.url()).unwrap());
    }
    let client: Client = builder.build().unwrap();
    let call = async |client: &Client| {
        let called = client
            .call_tool("list_all_the_auth_api_accounts", json!({}))
            .await;
        called.unwrap();
    };
    call(&client).await;
    let began = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..at_once {
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..CALLS / at_once {
                call(&client).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    began.elapsed() / CALLS
}

#[test]
fn most_calls_need_no_request_to_the_store() {
    let Some(store) = StoreServer::start() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    println!("| calls at once | requests to the store | time of a call | without the store |");
    println!("|---|---|---|---|");
    for at_once in [1, 10, 100] {
        // Each one has a separate base URL, and so separate lanes.
        let [with, without] = [(); 2].map(|()| generous());
        let before = scripts(&store);
        let shared = runtime.block_on(time(&with, Some(&store), at_once));
        let requests = scripts(&store) - before;
        let alone = runtime.block_on(time(&without, None, at_once));
        println!("| {at_once} | {requests} | {shared:?} | {alone:?} |");
        assert!(requests < 300, "{requests} requests for {CALLS} calls");
    }
    let keys = redis::Client::open(store.url()).unwrap();
    let mut keys = keys.get_connection().unwrap();
    let names: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut keys).unwrap();
    for name in names {
        let memory: u64 = redis::cmd("MEMORY")
            .arg("USAGE")
            .arg(&name)
            .query(&mut keys)
            .unwrap();
        assert!(memory < 1500, "{name}: {memory} bytes");
        println!("a lane with one process: {memory} bytes");
    }
}
