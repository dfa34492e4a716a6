//! A thousand tasks against a limit of 50 calls in 10 seconds: this runtime compared with
//! `reqwest-retry`, which does not read when the window resets.
//!
//! `cargo bench -p toolsmith-benches --bench rate_limit` takes some minutes; `-- --tasks 200` is faster.
//! On two cores with 1,000 tasks, of which the limit allows the last after 190 s:
//!
//! | | requests | refused | time | of the limit | longest wait against the median |
//! |---|---|---|---|---|---|
//! | this runtime | 1,000 | 0 | 190.1 s | 1.000 | 1.90 |
//! | `reqwest-retry` 0.9 | 8,038 | 7,038 | 531.1 s | 0.358 | 5.29 |

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends there"
)]

use std::io::{self, Write};
use std::time::{Duration, Instant};

use generated::the_auth_api::CATALOG;
use reqwest_middleware::ClientWithMiddleware;
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use serde_json::json;
use toolsmith_runtime::Client;
use toolsmith_testkit::fake_truto::{FakeTruto, RateLimit, Settings};

const LIST: &str = "list_all_the_auth_api_accounts";
const LIMIT: u32 = 50;
const WINDOW: u32 = 10;

/// The time limit of the work. Unfinished tasks count as failed.
const PATIENCE: Duration = Duration::from_secs(600);

struct Outcome {
    waits: Vec<Duration>,
    failed: usize,
    requests: usize,
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--tasks");
    let tasks = arguments.nth(1).and_then(|count| count.parse().ok());
    let tasks: usize = tasks.unwrap_or(1000);
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let windows = tasks.div_ceil(LIMIT as usize) - 1;
    let ideal = Duration::from_secs(windows as u64 * u64::from(WINDOW));
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{tasks} tasks, {LIMIT} calls in {WINDOW} s; the limit allows it in {ideal:?}"
    )?;
    let server = limited()?;
    let ours = runtime.block_on(ours(&server, tasks));
    report(&mut out, "toolsmith", &ours, ideal)?;
    let server = limited()?;
    let theirs = runtime.block_on(theirs(&server, tasks));
    report(&mut out, "reqwest-retry", &theirs, ideal)
}

fn limited() -> io::Result<FakeTruto> {
    let server = FakeTruto::start()?;
    let rate_limit = RateLimit {
        limit: LIMIT,
        window_seconds: WINDOW,
    };
    server.set(Settings {
        rate_limit: Some(rate_limit),
        ..Settings::default()
    });
    Ok(server)
}

async fn ours(server: &FakeTruto, tasks: usize) -> Outcome {
    let client: Client = Client::builder(CATALOG)
        .token(server.token())
        .account(server.account_id())
        .base_url(server.base_url())
        .timeout(PATIENCE)
        .build()
        .unwrap();
    run(server, tasks, || {
        let call = client.call_tool(LIST, json!({}));
        async move { call.await.is_ok() }
    })
    .await
}

/// Creates a client with the default policy and an unlimited number of retries.
async fn theirs(server: &FakeTruto, tasks: usize) -> Outcome {
    let policy = ExponentialBackoff::builder().build_with_total_retry_duration(PATIENCE);
    let client: ClientWithMiddleware =
        reqwest_middleware::ClientBuilder::new(reqwest::Client::new())
            .with(RetryTransientMiddleware::new_with_policy(policy))
            .build();
    let address = format!(
        "{}/proxy/accounts?integrated_account_id={}",
        server.base_url(),
        server.account_id()
    );
    run(server, tasks, || {
        let call = client.get(&address).bearer_auth(server.token()).send();
        async move { call.await.is_ok_and(|answer| answer.status().is_success()) }
    })
    .await
}

async fn run<F>(server: &FakeTruto, tasks: usize, call: impl Fn() -> F) -> Outcome
where
    F: Future<Output = bool> + Send + 'static,
{
    let begun = Instant::now();
    let spawn = |_| {
        let call = call();
        tokio::spawn(async move { (call.await, begun.elapsed()) })
    };
    let tasks: Vec<_> = (0..tasks).map(spawn).collect();
    let (mut waits, mut failed) = (Vec::new(), 0);
    for task in tasks {
        match task.await {
            Ok((true, wait)) => waits.push(wait),
            _ => failed += 1,
        }
    }
    waits.sort_unstable();
    Outcome {
        waits,
        failed,
        requests: server.requests().len(),
    }
}

fn report(out: &mut impl Write, name: &str, outcome: &Outcome, ideal: Duration) -> io::Result<()> {
    let done = outcome.waits.len();
    let took = outcome.waits.last().copied().unwrap_or_default();
    let median = outcome.waits.get(done / 2).copied().unwrap_or_default();
    writeln!(
        out,
        "{name:>14}: {done} done, {} failed, {} requests, {} refused, {:.1} s, {:.3} of the limit, \
         longest wait {:.2} times the median",
        outcome.failed,
        outcome.requests,
        outcome.requests - done,
        took.as_secs_f64(),
        ideal.as_secs_f64() / took.as_secs_f64(),
        took.as_secs_f64() / median.as_secs_f64(),
    )
}
