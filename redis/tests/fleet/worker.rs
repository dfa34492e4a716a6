//! One process of the fleet.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use generated::the_auth_api::CATALOG;
use serde_json::{Value, json};
use toolsmith_redis::RedisStore;
use toolsmith_runtime::Client;
use toolsmith_runtime::rate_limit::StoreState;
use toolsmith_runtime::transport::{Body, Transport, TransportFuture};

/// The variable with the settings of a process.
pub(crate) const VARIABLE: &str = "FLEET_WORKER";

/// The first characters of the line with the outcome.
pub(crate) const OUTCOME: &str = "fleet outcome: ";

const TOOL: &str = "list_all_the_auth_api_accounts";

/// The way in which a process limits its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limiter {
    /// The store of this package.
    Store,
    /// The limiter of the runtime, which knows its own process alone.
    Process,
    /// `governor`, with the whole limit in each process.
    Governor,
    /// `governor`, with the limit divided by the number of processes.
    GovernorShare,
}

/// The milliseconds since a common time.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

#[derive(Default)]
struct Observed {
    /// The times of refusals, and of the ends of calls with their durations.
    refused: Vec<u64>,
    ended: Vec<(u64, u64)>,
    was_alone: bool,
    is_shared: bool,
}

/// Counts refusals.
struct Counted {
    inner: Arc<dyn Transport>,
    observed: Arc<Mutex<Observed>>,
}

impl Transport for Counted {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let response = self.inner.send(request).await?;
            if response.status().as_u16() == 429 {
                self.observed.lock().unwrap().refused.push(now());
            }
            Ok(response)
        })
    }
}

pub(crate) fn run_if_asked() {
    let Ok(settings) = std::env::var(VARIABLE) else {
        return;
    };
    let settings: Value = serde_json::from_str(&settings).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(run(&settings));
    println!("{OUTCOME}{outcome}");
}

fn text(settings: &Value, name: &str) -> String {
    settings[name].as_str().unwrap().to_owned()
}

async fn run(settings: &Value) -> Value {
    let observed: Arc<Mutex<Observed>> = Arc::default();
    let tasks = settings["tasks"].as_u64().unwrap();
    // All processes begin at the same time.
    let begin = settings["begin"].as_u64().unwrap();
    tokio::time::sleep(Duration::from_millis(begin.saturating_sub(now()))).await;
    match text(settings, "limiter").as_str() {
        limiter @ ("Store" | "Process") => {
            let client = client(settings, limiter == "Store", &observed);
            let watching = tokio::spawn(watch(client.clone(), Arc::clone(&observed)));
            let calls =
                (0..tasks).map(|_| tokio::spawn(call(client.clone(), Arc::clone(&observed))));
            for call in calls.collect::<Vec<_>>() {
                call.await.unwrap();
            }
            watching.abort();
        }
        limiter => governor(settings, limiter == "GovernorShare", &observed).await,
    }
    let observed = observed.lock().unwrap();
    json!({
        "refused": observed.refused,
        "ended": observed.ended,
        "was_alone": observed.was_alone,
        "is_shared": observed.is_shared,
    })
}

fn client(settings: &Value, is_shared: bool, observed: &Arc<Mutex<Observed>>) -> Client {
    let counted = Arc::clone(observed);
    let mut builder = Client::builder(CATALOG)
        .base_url(text(settings, "base_url"))
        .token(text(settings, "token"))
        .account(text(settings, "account"))
        .timeout(Duration::from_secs(600))
        .layer(move |inner| Counted {
            inner,
            observed: counted,
        });
    if is_shared {
        let timeout = settings["store_timeout"].as_f64().unwrap();
        let store = RedisStore::builder(text(settings, "store"));
        let store = store.timeout(Duration::from_secs_f64(timeout));
        builder = builder.rate_limit_store(store.build().unwrap());
    }
    builder.build().unwrap()
}

/// Notes whether the client went on without the store.
async fn watch(client: Client, observed: Arc<Mutex<Observed>>) {
    loop {
        let store = client.rate_limiter().status().store;
        {
            let mut seen = observed.lock().unwrap();
            seen.was_alone |= matches!(store, Some(StoreState::Unreachable { .. }));
            seen.is_shared = matches!(store, Some(StoreState::Connected { .. }));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn call(client: Client, observed: Arc<Mutex<Observed>>) {
    let began = Instant::now();
    client.call_tool(TOOL, json!({})).await.unwrap();
    end(&observed, began);
}

fn end(observed: &Mutex<Observed>, began: Instant) {
    let took = u64::try_from(began.elapsed().as_millis()).unwrap();
    observed.lock().unwrap().ended.push((now(), took));
}

/// Runs the tasks with `governor`, and repeats a refused call after a second, because a refusal of the
/// server names no wait.
async fn governor(settings: &Value, is_share: bool, observed: &Arc<Mutex<Observed>>) {
    let number = |name: &str| u32::try_from(settings[name].as_u64().unwrap()).unwrap();
    let processes = if is_share { number("processes") } else { 1 };
    let period = Duration::from_secs(number("window").into()) * processes / number("limit");
    let burst = NonZeroU32::new((number("limit") / processes).max(1)).unwrap();
    let quota = governor::Quota::with_period(period)
        .unwrap()
        .allow_burst(burst);
    let limiter = Arc::new(governor::RateLimiter::direct(quota));
    let url = format!(
        "{}/proxy/accounts?integrated_account_id={}",
        text(settings, "base_url"),
        text(settings, "account")
    );
    let http = toolsmith_runtime::transport::HttpTransport::client_builder()
        .build()
        .unwrap();
    let mut tasks = Vec::new();
    for _ in 0..settings["tasks"].as_u64().unwrap() {
        let (limiter, http, url) = (Arc::clone(&limiter), http.clone(), url.clone());
        let (token, observed) = (text(settings, "token"), Arc::clone(observed));
        tasks.push(tokio::spawn(async move {
            let began = Instant::now();
            loop {
                limiter.until_ready().await;
                let response = http.get(&url).bearer_auth(&token).send().await.unwrap();
                if response.status().as_u16() != 429 {
                    assert!(response.status().is_success(), "{}", response.status());
                    break;
                }
                observed.lock().unwrap().refused.push(now());
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            end(&observed, began);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}
