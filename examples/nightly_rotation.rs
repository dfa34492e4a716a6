//! Rotates the API keys of 300 customers in one run, with one client.
//!
//! ```text
//! cargo run -p examples --example nightly_rotation [-- FOLDER [ACCOUNTS]]
//! ```
//!
//! `ACCOUNTS` is a file with an identifier of an integrated account in each line. `FOLDER` gets the journal,
//! by which the next run continues after an interruption, the report as `report.md` and `report.csv`, and
//! the links by which customers connect their accounts again. Ctrl-C waits for calls in flight, then
//! stops.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example prints, and keeps a journal"
)]

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use generated::runtime;
use generated::the_auth_api::{Client, ListApiKeys, RotateApiKey};
use indicatif::{ProgressBar, ProgressStyle};
use toolsmith_runtime::SecretString;
use toolsmith_testkit::fake_truto::{AccountState, FakeTruto, RateLimit, Settings};

/// The accounts that are worked on at the same time.
const AT_ONCE: usize = 100;

/// The time that calls in flight have to finish after Ctrl-C.
const DRAIN_TIME: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or("nightly".to_owned()));
    let session = examples::connect()?;
    let accounts = match (arguments.next(), &session.server) {
        (Some(file), _) => fs::read_to_string(file)?
            .lines()
            .map(str::to_owned)
            .collect(),
        (None, Some(server)) => made_up_accounts(server),
        (None, None) => return Err("name a file with the accounts".into()),
    };
    fs::create_dir_all(&folder)?;
    // One client for all accounts: they share connections and the rate limit of the token.
    let client = examples::builder(session.server.as_ref())
        .reconnect_links()
        // Includes the time in the queue of the rate limiter.
        .timeout(Duration::from_secs(600))
        .build()?;
    rotate_all(&client, &accounts, &folder).await
}

/// The outcome of one account.
enum Outcome {
    Rotated(usize),
    /// The user has to connect the account again.
    Reconnect(Option<SecretString>),
    /// The run was interrupted. The next one does this account.
    Interrupted,
    Failed(String),
}

async fn rotate_all(
    client: &Client,
    accounts: &[String],
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let journal = folder.join("journal.txt");
    let done = fs::read_to_string(&journal).unwrap_or_default();
    let done: BTreeSet<&str> = done.lines().collect();
    let mut journal = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&journal)?;
    let open: Vec<&String> = accounts
        .iter()
        .filter(|account| !done.contains(account.as_str()))
        .collect();
    let bar = progress_bar(open.len());
    let rotate = async |account: &String| {
        let outcome = rotate(&client.for_account(account)).await;
        (account.clone(), outcome)
    };
    let mut rotating = stream::iter(open).map(rotate).buffer_unordered(AT_ONCE);
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    let mut outcomes = Vec::new();
    loop {
        let ended = tokio::select! {
            ended = rotating.next() => ended,
            // Calls that wait are cancelled, and those that were sent end.
            _ = &mut interrupt => {
                let draining = client.drain(DRAIN_TIME);
                let rest = rotating.by_ref().collect::<Vec<_>>();
                let (_, rest) = futures_util::future::join(draining, rest).await;
                for (account, outcome) in rest {
                    record(&mut journal, &account, &outcome)?;
                    outcomes.push((account, outcome));
                }
                break;
            }
        };
        let Some((account, outcome)) = ended else {
            break;
        };
        record(&mut journal, &account, &outcome)?;
        bar.inc(1);
        outcomes.push((account, outcome));
    }
    bar.finish_and_clear();
    outcomes.sort_by(|(one, _), (other, _)| one.cmp(other));
    report(&outcomes, done.len(), folder)
}

/// Rotates the keys of one account.
async fn rotate(client: &Client) -> Outcome {
    match rotate_keys(client).await {
        Ok(count) => Outcome::Rotated(count),
        Err(error) if error.is_draining() => Outcome::Interrupted,
        Err(error) if error.needs_reauthorization() => Outcome::Reconnect(
            error
                .reconnect_link()
                .map(runtime::error::ReconnectLink::url),
        ),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

async fn rotate_keys(client: &Client) -> Result<usize, runtime::Error> {
    let active = ListApiKeys::new()
        .project_id("prj_4411")
        .custom_user_id("service_worker_v2")
        .is_active(true);
    let keys = client.api_keys().list(active).collect(1000).await?.items;
    for key in &keys {
        // The same in each run of the day: an interrupted run rotates no key twice.
        let once = format!("rotate-{}-{}-{}", today(), client.account_id(), key.id);
        let rotate = client.api_keys().rotate(RotateApiKey::new(&key.id));
        rotate.idempotency_key(once).await?;
    }
    Ok(keys.len())
}

/// Returns the number of the day, for idempotency keys.
fn today() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_secs() / (24 * 60 * 60)
}

/// Writes an account that is done to the journal.
fn record(journal: &mut File, account: &str, outcome: &Outcome) -> std::io::Result<()> {
    match outcome {
        Outcome::Rotated(_) => writeln!(journal, "{account}"),
        _ => Ok(()),
    }
}

/// Writes the report, as Markdown and as CSV, and the links in a separate file.
fn report(
    outcomes: &[(String, Outcome)],
    before: usize,
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let mut csv = "account,outcome,keys\n".to_owned();
    let mut failures = "| account | problem |\n|---|---|\n".to_owned();
    let mut links = String::new();
    let (mut rotated, mut failed, mut interrupted) = (0, 0, 0);
    for (account, outcome) in outcomes {
        let (word, keys) = match outcome {
            Outcome::Rotated(keys) => {
                rotated += 1;
                ("rotated", *keys)
            }
            Outcome::Reconnect(link) => {
                failed += 1;
                writeln!(failures, "| {account} | has to be reconnected |")?;
                if let Some(link) = link {
                    writeln!(
                        links,
                        "{account} {}",
                        runtime::ExposeSecret::expose_secret(link)
                    )?;
                }
                ("reconnect", 0)
            }
            Outcome::Interrupted => {
                interrupted += 1;
                ("interrupted", 0)
            }
            Outcome::Failed(problem) => {
                failed += 1;
                writeln!(failures, "| {account} | {} |", problem.replace('|', "\\|"))?;
                ("failed", 0)
            }
        };
        writeln!(csv, "{account},{word},{keys}")?;
    }
    let total = format!(
        "{rotated} accounts rotated, {failed} failed, {interrupted} interrupted, {before} done before"
    );
    fs::write(folder.join("report.md"), format!("# {total}\n\n{failures}"))?;
    fs::write(folder.join("report.csv"), csv)?;
    fs::write(folder.join("reconnect.txt"), links)?;
    println!("{total}");
    Ok(())
}

fn progress_bar(accounts: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(accounts).unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{bar:40} {pos}/{len} accounts, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Adds 300 accounts to the server, one of which has to be reconnected, and a limit of 200 calls in a
/// second.
fn made_up_accounts(server: &FakeTruto) -> Vec<String> {
    let limit = RateLimit {
        limit: 200,
        window_seconds: 1,
    };
    server.set(Settings {
        rate_limit: Some(limit),
        ..Settings::default()
    });
    let accounts: Vec<String> = (1..=300)
        .map(|number| format!("customer_{number:03}"))
        .collect();
    for account in &accounts {
        let mut state = AccountState::default();
        if account == "customer_117" {
            "needs_reauth".clone_into(&mut state.status);
        }
        server.add_account(account, state);
    }
    accounts
}
