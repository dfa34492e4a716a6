//! The rate limiter against servers with every kind of limit, over sockets and in real time. No call
//! fails, few are refused, and the time is near the shortest that the limit allows.

mod nightly;
mod processes;
mod refusals;
mod server;
mod slow_start;
mod timeout;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use server::{Counts, Limit, LimitedServer, Report, Settings};

use super::CANARY;
use super::shop::{Client, GetProject};

/// The callers of a server.
#[derive(Debug, Clone, Copy)]
enum Callers {
    One,
    /// This many accounts with one token.
    Accounts(usize),
    /// Two programs that do not know of each other.
    Programs,
}

/// A server, the calls that are made at once, and the bounds on the outcome.
struct Row {
    name: &'static str,
    limit: Limit,
    report: Report,
    callers: Callers,
    calls: usize,
    /// The maximum number of refused calls in the shortest time. Each further window may refuse as many as
    /// one of these.
    refused: u64,
    /// The maximum time, in terms of the shortest one.
    slower: f64,
}

#[derive(Debug)]
struct Outcome {
    failed: Vec<String>,
    counts: Counts,
    took: Duration,
}

const LATENCY: Duration = Duration::from_millis(5);

impl Row {
    fn settings(&self) -> Settings {
        let latency = match self.limit {
            Limit::Concurrency(_) => Duration::from_millis(200),
            _ => LATENCY,
        };
        Settings {
            limit: self.limit,
            report: self.report,
            status: 429,
            latency,
        }
    }

    /// Returns the shortest time that the limit allows.
    fn ideal(&self) -> Duration {
        let calls = u32::try_from(self.calls).unwrap();
        let rounds = |limit: u64| calls.div_ceil(u32::try_from(limit).unwrap());
        match self.limit {
            Limit::Fixed(limit, window) | Limit::Sliding(limit, window) => {
                window * (rounds(limit) - 1)
            }
            Limit::Bucket(limit, window) => {
                let limit = u32::try_from(limit).unwrap();
                window * (calls - limit) / limit
            }
            Limit::Concurrency(limit) => self.settings().latency * rounds(limit),
            Limit::Down(time) => time,
        }
    }

    async fn run(&self) -> Outcome {
        let server = LimitedServer::start(self.settings());
        let clients = match self.callers {
            Callers::One => vec![client(server.port, "127.0.0.1", "acc_1")],
            Callers::Accounts(count) => (0..count)
                .map(|index| client(server.port, "127.0.0.1", &format!("acc_{index}")))
                .collect(),
            // Clients of different addresses share no rate limiter.
            Callers::Programs => ["127.0.0.1", "localhost"]
                .map(|host| client(server.port, host, "acc_1"))
                .into(),
        };
        let began = Instant::now();
        let spawn = |index: usize| {
            let get = clients[index % clients.len()]
                .projects()
                .get(GetProject::new("p"));
            tokio::spawn(get.into_future())
        };
        let tasks: Vec<_> = (0..self.calls).map(spawn).collect();
        let mut failed = Vec::new();
        for task in tasks {
            if let Err(error) = task.await.unwrap() {
                failed.push(error.to_string());
            }
        }
        Outcome {
            failed,
            counts: server.counts(),
            took: began.elapsed(),
        }
    }
}

fn client(port: u16, host: &str, account: &str) -> Client {
    Client::builder()
        .token(CANARY)
        .account(account)
        .base_url(format!("http://{host}:{port}"))
        .timeout(Duration::from_secs(600))
        .build()
        .unwrap()
}

/// Runs all rows at once. Returns a table, and the names of the rows whose bounds were exceeded.
fn run(rows: Vec<Row>) -> (String, Vec<&'static str>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let mut table = String::from(
        "| server | calls | failed | refused | time | ideal |\n|---|---|---|---|---|---|\n",
    );
    let mut exceeded = Vec::new();
    runtime.block_on(async {
        let running: Vec<_> = rows
            .into_iter()
            .map(|row| tokio::spawn(async move { (row.run().await, row) }))
            .collect();
        for task in running {
            let (outcome, row) = task.await.unwrap();
            let ideal = row.ideal();
            writeln!(
                table,
                "| {} | {} | {} | {} | {:.1} s | {:.1} s |",
                row.name,
                row.calls,
                outcome.failed.len(),
                outcome.counts.refused,
                outcome.took.as_secs_f64(),
                ideal.as_secs_f64(),
            )
            .unwrap();
            // Other work on the machine costs time.
            let most = ideal.mul_f64(row.slower) + Duration::from_secs(20);
            let windows = outcome.took.as_millis().max(ideal.as_millis());
            let is_good = outcome.failed.is_empty()
                && u128::from(outcome.counts.refused) * ideal.as_millis()
                    <= u128::from(row.refused) * windows
                && outcome.took <= most;
            if !is_good {
                exceeded.push(row.name);
            }
        }
    });
    (table, exceeded)
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn row(
    name: &'static str,
    limit: Limit,
    report: Report,
    calls: usize,
    (refused, slower): (u64, f64),
) -> Row {
    Row {
        name,
        limit,
        report,
        callers: Callers::One,
        calls,
        refused,
        slower,
    }
}

fn shared(callers: Callers, mut row: Row) -> Row {
    row.callers = callers;
    row
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn no_call_fails_for_any_kind_of_limit() {
    let fixed = Limit::Fixed(20, seconds(1));
    let sliding = Limit::Sliding(20, seconds(1));
    let bucket = Limit::Bucket(20, seconds(1));
    let long = Limit::Fixed(20, seconds(4));
    let (table, exceeded) = run(vec![
        row("fixed, reset up", fixed, Report::Up, 100, (3, 1.3)),
        row("fixed, reset down", fixed, Report::Down, 100, (20, 2.0)),
        row("fixed, reset 0", fixed, Report::Zero, 100, (20, 2.0)),
        row("fixed, reset past", fixed, Report::Past, 100, (20, 2.0)),
        row(
            "fixed, wrong date",
            fixed,
            Report::WrongDate,
            100,
            (20, 3.0),
        ),
        row("fixed, nothing", fixed, Report::Nothing, 100, (150, 2.5)),
        row(
            "fixed, contradicting",
            fixed,
            Report::Contradicting,
            100,
            (5, 1.5),
        ),
        row(
            "fixed, overstated",
            fixed,
            Report::Overstated,
            100,
            (45, 2.0),
        ),
        row(
            "retry-after short",
            long,
            Report::RetryAfter(1),
            60,
            (60, 2.0),
        ),
        row("sliding, reset up", sliding, Report::Up, 100, (10, 2.5)),
        row("sliding, moving", sliding, Report::Moving, 100, (10, 1.8)),
        row("bucket, reset up", bucket, Report::Up, 100, (10, 2.0)),
        row("bucket, moving", bucket, Report::Moving, 100, (10, 2.0)),
        row(
            "concurrency of 5",
            Limit::Concurrency(5),
            Report::Nothing,
            50,
            (40, 2.0),
        ),
        row(
            "down for 3 s",
            Limit::Down(seconds(3)),
            Report::RetryAfter(1),
            30,
            (40, 2.0),
        ),
        shared(
            Callers::Accounts(5),
            row("5 accounts", fixed, Report::Up, 100, (200, 2.0)),
        ),
        shared(
            Callers::Programs,
            row("2 programs", fixed, Report::Up, 100, (150, 2.0)),
        ),
    ]);
    assert!(exceeded.is_empty(), "{exceeded:?}\n{table}");
}

/// The figures of docs/decisions: `cargo test -p toolsmith-runtime --lib limits -- --ignored
/// --nocapture`.
#[test]
#[ignore = "takes minutes"]
#[allow(
    clippy::too_many_lines,
    clippy::print_stdout,
    reason = "a table that is printed"
)]
fn prints_the_table_of_kinds_of_limits() {
    let two = Limit::Fixed(50, seconds(2));
    let ten = Limit::Fixed(50, seconds(10));
    let sliding = Limit::Sliding(50, seconds(2));
    let bucket = Limit::Bucket(50, seconds(2));
    let any = (u64::MAX, 1e6);
    let rows = vec![
        row("50 per 2 s, reset rounded up", two, Report::Up, 500, any),
        row(
            "50 per 2 s, reset rounded down",
            two,
            Report::Down,
            500,
            any,
        ),
        row("50 per 2 s, reset 0", two, Report::Zero, 500, any),
        row("50 per 2 s, reset in the past", two, Report::Past, 500, any),
        row(
            "50 per 2 s, epoch with a wrong date",
            two,
            Report::WrongDate,
            500,
            any,
        ),
        row("50 per 2 s, nothing named", two, Report::Nothing, 500, any),
        row(
            "50 per 2 s, contradicting headers",
            two,
            Report::Contradicting,
            500,
            any,
        ),
        row(
            "50 per 2 s, limit overstated",
            two,
            Report::Overstated,
            500,
            any,
        ),
        row(
            "50 per 10 s, `retry-after: 1`",
            ten,
            Report::RetryAfter(1),
            300,
            any,
        ),
        row(
            "50 per 1 s, reset rounded down",
            Limit::Fixed(50, seconds(1)),
            Report::Down,
            500,
            any,
        ),
        row(
            "50 per 60 s, reset rounded down",
            Limit::Fixed(50, seconds(60)),
            Report::Down,
            100,
            any,
        ),
        row(
            "sliding, reset of the oldest",
            sliding,
            Report::Up,
            500,
            any,
        ),
        row("sliding, reset moves", sliding, Report::Moving, 500, any),
        row("bucket, reset rounded up", bucket, Report::Up, 500, any),
        row("bucket, reset moves", bucket, Report::Moving, 200, any),
        row("bucket, nothing named", bucket, Report::Nothing, 500, any),
        row(
            "10 in flight of 200 ms",
            Limit::Concurrency(10),
            Report::Nothing,
            200,
            any,
        ),
        shared(
            Callers::Accounts(5),
            row("5 accounts on one token", two, Report::Up, 500, any),
        ),
        shared(
            Callers::Accounts(300),
            row(
                "300 accounts, `retry-after: 1`",
                ten,
                Report::RetryAfter(1),
                300,
                any,
            ),
        ),
        shared(
            Callers::Programs,
            row("2 programs", two, Report::Up, 500, any),
        ),
    ];
    let wanted = std::env::var("ROWS").unwrap_or_default();
    let mut rows = rows
        .into_iter()
        .filter(|row| row.name.contains(&wanted))
        .peekable();
    while rows.peek().is_some() {
        // More at once would only measure the machine.
        let (table, _) = run(rows.by_ref().take(4).collect());
        println!("{table}");
    }
}
