//! Concurrent calls against servers with every kind of window, some cancelled, some broken. All
//! others complete in time, few are refused, and no state is left behind.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};

use super::shop::{Client, GetProject};
use super::{CANARY, project};
use crate::RetryPolicy;
use crate::error::TransportErrorKind;
use crate::transport::{MemoryTransport, MockResponse};

/// The form in which a server reports its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Telling {
    Headers,
    Structured,
    RetryAfter,
}

/// A server whose windows begin with the first call after the previous one.
#[derive(Debug, Clone)]
struct Server {
    limit: u64,
    /// In seconds.
    window: u64,
    telling: Telling,
    /// The maximum latency of a response, in milliseconds.
    latency: u64,
}

/// The delay of a call after the previous one, the time of its cancellation if there is one, and
/// whether its first attempt breaks; in milliseconds.
type FunctionHandler = (u64, Option<u64>, bool);

#[derive(Default)]
struct State {
    began: Option<Instant>,
    used: u64,
    refused: u64,
    count: u64,
}

impl Server {
    /// Responds to one request.
    fn answer(&self, state: &mut State, breaks: bool) -> MockResponse {
        let now = Instant::now();
        let window = Duration::from_secs(self.window);
        if state.began.is_none_or(|began| now >= began + window) {
            state.began = Some(now);
            state.used = 0;
        }
        state.count += 1;
        let is_refused = state.used >= self.limit;
        state.used += u64::from(!is_refused);
        state.refused += u64::from(is_refused);
        let delay = Duration::from_millis(self.latency * (state.count * 37 % 100) / 100);
        if breaks && !is_refused {
            return MockResponse::error(TransportErrorKind::Broken, "it broke").after(delay);
        }
        let left = (state.began.unwrap() + window - now)
            .as_millis()
            .div_ceil(1000);
        let remaining = self.limit - state.used;
        let reply = if is_refused {
            MockResponse::new(429)
        } else {
            MockResponse::json(200, &project("p"))
        };
        let reply = match self.telling {
            Telling::Headers => reply
                .header(
                    "ratelimit-limit",
                    &format!("{};w={}", self.limit, self.window),
                )
                .header("ratelimit-remaining", &remaining.to_string())
                .header("ratelimit-reset", &left.to_string()),
            Telling::Structured => reply
                .header(
                    "ratelimit-policy",
                    &format!("\"a\";q={};w={}", self.limit, self.window),
                )
                .header("ratelimit", &format!("\"a\";r={remaining};t={left}")),
            Telling::RetryAfter if is_refused => reply.header("retry-after", &left.to_string()),
            Telling::RetryAfter => reply,
        };
        reply.after(delay)
    }
}

fn server() -> impl Strategy<Value = Server> {
    let telling =
        prop::sample::select(&[Telling::Headers, Telling::Structured, Telling::RetryAfter][..]);
    (1..8_u64, 1..6_u64, telling, 0..1500_u64).prop_map(|(limit, window, telling, latency)| {
        Server {
            limit,
            window,
            telling,
            latency,
        }
    })
}

fn callers() -> impl Strategy<Value = Vec<FunctionHandler>> {
    let gives_up = prop::option::weighted(0.2, 1..20_000_u64);
    prop::collection::vec((0..400_u64, gives_up, prop::bool::weighted(0.1)), 1..60)
}

async fn run(server: Server, callers: Vec<FunctionHandler>) -> Result<(), TestCaseError> {
    let state: Arc<Mutex<State>> = Arc::default();
    let (seen, serving) = (Arc::clone(&state), server.clone());
    let breaking = Arc::new(Mutex::new(callers.iter().filter(|caller| caller.2).count()));
    let transport = MemoryTransport::respond_with(move |_| {
        let mut left = breaking.lock().unwrap();
        let breaks = *left > 0 && seen.lock().unwrap().count % 3 == 1;
        *left -= usize::from(breaks);
        serving.answer(&mut seen.lock().unwrap(), breaks)
    });
    let hour = Duration::from_secs(3600);
    let retry = RetryPolicy::default()
        .max_attempts(60)
        .max_wait(hour)
        .max_total(hour);
    let client = Client::builder()
        .token(CANARY)
        .account("acc_551")
        .transport(transport);
    let client = client.retry(retry).timeout(hour).build().unwrap();
    let count = u64::try_from(callers.len()).unwrap();
    let began = Instant::now();
    let mut tasks = Vec::new();
    for (comes, gives_up, _) in callers {
        sleep(Duration::from_millis(comes)).await;
        let call = client.projects().get(GetProject::new("p"));
        tasks.push((
            gives_up.is_none(),
            tokio::spawn(async move {
                timeout(gives_up.map_or(2 * hour, Duration::from_millis), call).await
            }),
        ));
    }
    for (is_patient, task) in tasks {
        let outcome = task.await.unwrap();
        prop_assert!(!is_patient || matches!(outcome, Ok(Ok(_))), "{outcome:?}");
    }
    let took = u64::try_from(began.elapsed().as_millis()).unwrap();
    let known = client.rate_limiter().status();
    prop_assert_eq!((known.in_flight, known.waiting), (0, 0));
    let windows = count * 2 / server.limit + 3;
    let most = 400 * count + windows * (server.window * 1000 + 2000 + 2 * server.latency);
    prop_assert!(took <= most, "{took} of {most}");
    let state = state.lock().unwrap();
    if server.telling != Telling::RetryAfter {
        // The first ten calls are sent without knowledge of the limit, and one is a probe.
        let most = 10 + 2 * (took / (server.window * 1000) + 1);
        prop_assert!(state.refused <= most, "{} of {most}", state.refused);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn serves_concurrent_calls_despite_failures(server in server(), callers in callers()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(run(server, callers))?;
    }
}
