//! A nightly job of 300 accounts on one client, against a server that limits the calls of the token.

use std::time::{Duration, Instant};

use super::server::{Limit, LimitedServer, Report, Settings};
use super::{LATENCY, client};
use crate::tests::shop::{Client, GetProject};

const ACCOUNTS: usize = 300;
const CALLS: usize = 10;
const LIMIT: u64 = 1000;

#[derive(Debug)]
struct Outcome {
    sent: u64,
    refused: u64,
    /// The accounts that have to be reconnected.
    gone: Vec<String>,
    took: Duration,
}

/// Makes the calls of one account. Returns `false` if it has to be reconnected.
async fn work(client: Client) -> bool {
    for _ in 0..CALLS {
        match client.projects().get(GetProject::new("p")).await {
            Ok(_) => {}
            Err(error) if error.needs_reauthorization() => return false,
            Err(error) => panic!("{}: {error}", client.account_id()),
        }
    }
    true
}

async fn run(window: Duration) -> Outcome {
    let server = LimitedServer::start(Settings {
        limit: Limit::Fixed(LIMIT, window),
        report: Report::Up,
        status: 429,
        latency: LATENCY,
    });
    let client = client(server.port, "127.0.0.1", "acc_0");
    let began = Instant::now();
    let names = (0..ACCOUNTS).map(|number| match number {
        117 => "gone".to_owned(),
        _ => format!("acc_{number}"),
    });
    let tasks: Vec<_> = names
        .map(|name| {
            let work = work(client.for_account(&name));
            (name, tokio::spawn(work))
        })
        .collect();
    let mut gone = Vec::new();
    for (name, task) in tasks {
        if !task.await.unwrap() {
            gone.push(name);
        }
    }
    let counts = server.counts();
    Outcome {
        sent: counts.received,
        refused: counts.refused,
        gone,
        took: began.elapsed(),
    }
}

#[tokio::test]
async fn a_job_of_300_accounts_is_never_refused_and_loses_one_customer() {
    let window = Duration::from_secs(3);
    let outcome = run(window).await;
    assert_eq!((outcome.refused, outcome.sent), (0, 2991), "{outcome:?}");
    assert_eq!(outcome.gone, ["gone"]);
    // Two windows have to pass. Other work on the machine costs time.
    let most = window * 2 + Duration::from_secs(20);
    assert!(
        outcome.took >= window * 2 && outcome.took <= most,
        "{outcome:?}"
    );
}

/// The figures: `cargo test -p toolsmith-runtime --lib nightly -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "measures time, for twenty seconds"]
#[allow(clippy::print_stdout, reason = "a figure that is printed")]
async fn a_job_of_300_accounts_takes_the_ideal_time() {
    let window = Duration::from_secs(10);
    let outcome = run(window).await;
    let share = outcome.took.as_secs_f64() / (window * 2).as_secs_f64();
    println!("{outcome:?}: {share:.3} of the ideal time");
    assert_eq!(outcome.refused, 0);
    assert!(share < 1.1, "{share}");
}
