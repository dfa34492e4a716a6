//! Processes that share the limit of an account without a store, on a paused clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use crate::Error;
use crate::http::{Body, Transport, TransportFuture};
use crate::tests::shop::{Client, GetProject};
use crate::tests::{CANARY, project};
use crate::transport::{MemoryTransport, MockResponse};

const LIMIT: u64 = 50;
const WINDOW: Duration = Duration::from_secs(10);

/// The maximum latency of each direction in milliseconds.
const LATENCY: u64 = 40;

/// The headers with which a server names its limit.
#[derive(Debug, Clone, Copy)]
enum Naming {
    /// Those of the window, in every response.
    Window,
    /// `retry-after`, in refusals.
    RetryAfter,
}

/// A server whose windows begin with the first call after the previous one.
struct Server {
    naming: Naming,
    began: Instant,
    used: u64,
    random: u64,
}

impl Server {
    /// Returns a random time of less than this many milliseconds.
    fn any_time(&mut self, below: u64) -> Duration {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005);
        self.random = self.random.wrapping_add(1_442_695_040_888_963_407);
        Duration::from_micros((self.random >> 33) % (below * 1000))
    }

    fn answer(&mut self) -> MockResponse {
        if self.began.elapsed() >= WINDOW {
            self.began = Instant::now();
            self.used = 0;
        }
        let is_refused = self.used == LIMIT;
        self.used += u64::from(!is_refused);
        let reply = if is_refused {
            MockResponse::new(429)
        } else {
            MockResponse::json(200, &project("p"))
        };
        let left = WINDOW
            .saturating_sub(self.began.elapsed())
            .as_millis()
            .div_ceil(1000);
        let left = left.to_string();
        let reply = match self.naming {
            Naming::Window => reply
                .header("ratelimit-limit", "50;w=10")
                .header("ratelimit-remaining", &(LIMIT - self.used).to_string())
                .header("ratelimit-reset", &left),
            Naming::RetryAfter if is_refused => reply.header("retry-after", &left),
            Naming::RetryAfter => reply,
        };
        reply.after(self.any_time(LATENCY))
    }
}

/// Delays requests on their way to the server.
struct Delayed(MemoryTransport, Arc<Mutex<Server>>);

impl Transport for Delayed {
    fn reaches_server(&self) -> bool {
        false
    }

    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let delay = self.1.lock().unwrap().any_time(LATENCY);
            sleep(delay).await;
            self.0.send(request).await
        })
    }
}

/// Returns a client with a separate limiter, as each process has.
fn process(server: &Arc<Mutex<Server>>) -> Client {
    let serving = Arc::clone(server);
    let transport = MemoryTransport::respond_with(move |_| serving.lock().unwrap().answer());
    Client::builder()
        .token(CANARY)
        .account("acc_551")
        .transport(Delayed(transport, Arc::clone(server)))
        .timeout(Duration::from_secs(3600))
        .build()
        .unwrap()
}

/// Makes calls in processes that start within 100 ms. Returns the errors and the time.
async fn run(
    (processes, calls): (usize, usize),
    naming: Naming,
    seed: u64,
) -> (Vec<Error>, Duration) {
    let server = Arc::new(Mutex::new(Server {
        naming,
        began: Instant::now(),
        used: 0,
        random: seed,
    }));
    let began = Instant::now();
    let starts = (0..processes).map(|_| {
        let client = process(&server);
        let start = server.lock().unwrap().any_time(100);
        async move {
            sleep(start).await;
            let get = || client.projects().get(GetProject::new("p")).into_future();
            join_all((0..calls).map(|_| get())).await
        }
    });
    let tasks: Vec<_> = starts.map(tokio::spawn).collect();
    let mut failed = Vec::new();
    for task in tasks {
        failed.extend(task.await.unwrap().into_iter().filter_map(Result::err));
    }
    (failed, began.elapsed())
}

#[test]
fn no_call_of_many_processes_fails_while_it_has_time() {
    // The limiter has to find out the limit if no header names it.
    for (processes, calls, naming, slower) in [
        (8, 50, Naming::Window, 1.05),
        (20, 20, Naming::Window, 1.05),
        (8, 150, Naming::Window, 1.05),
        (8, 50, Naming::RetryAfter, 4.0),
    ] {
        let row = format!("{processes} processes with {calls} calls, {naming:?}");
        for seed in 1..=3 {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_time().start_paused(true).build().unwrap();
            let (failed, took) = runtime.block_on(run((processes, calls), naming, seed));
            assert!(failed.is_empty(), "{row}: {failed:?}");
            let windows = u64::try_from(processes * calls).unwrap().div_ceil(LIMIT);
            let ideal = WINDOW * u32::try_from(windows - 1).unwrap();
            assert!(took <= ideal.mul_f64(slower), "{row}: {took:?}");
        }
    }
}
