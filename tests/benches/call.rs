//! A call beside the same call written by hand with reqwest and serde: loopback, the same server,
//! in turns.
//!
//! `cargo bench -p toolsmith-tests --bench call`. With `-- --only ours` or `-- --only by-hand` one
//! side makes 200 calls and nothing else, for `valgrind --tool=callgrind`.
//! The figures stand in the README beside this file.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends there"
)]

use std::io::{self, Write};
use std::time::{Duration, Instant};

use generated::the_auth_api::{Client, ListAccounts};
use serde::Deserialize;
use tokio::runtime::Runtime;
use toolsmith_tests::fake_truto::{ACCOUNT_ID, FakeTruto, TOKEN};

/// Calls of one side before it is the other's turn.
const TURN: u32 = 100;
const ROUNDS: usize = 60;

/// The page, as one would write it.
#[derive(Deserialize)]
struct Page {
    result: Vec<Account>,
    #[expect(dead_code, reason = "read, as a page by hand would")]
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read, as a record by hand would")]
struct Account {
    id: String,
    name: String,
    is_active: bool,
    created_at: Option<String>,
    created_by: Option<String>,
    created_by_type: Option<String>,
    created_in: Option<String>,
    last_changed_by: Option<String>,
    last_changed_by_type: Option<String>,
    updated_at: Option<String>,
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--only");
    let only = arguments.nth(1);
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let server = FakeTruto::start()?;
    // One thread, so that all that a call costs is counted, and nothing of the server's.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ours = Ours::new(&server);
    let by_hand = ByHand::new(&server);
    match only.as_deref() {
        Some("ours") => ours.calls(&runtime, 2 * TURN),
        Some(_) => by_hand.calls(&runtime, 2 * TURN),
        None => return compare(&runtime, &ours, &by_hand),
    };
    Ok(())
}

fn compare(runtime: &Runtime, ours: &Ours, by_hand: &ByHand) -> io::Result<()> {
    ours.calls(runtime, 2 * TURN);
    by_hand.calls(runtime, 2 * TURN);
    let (mut times_of_ours, mut times_by_hand) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        times_of_ours.push(ours.calls(runtime, TURN));
        times_by_hand.push(by_hand.calls(runtime, TURN));
    }
    let of_ours = median(&mut times_of_ours) / TURN;
    let of_hand = median(&mut times_by_hand) / TURN;
    let allocated = |work: &mut dyn FnMut()| {
        let counted = allocation_counter::measure(work);
        (
            counted.count_total / u64::from(TURN),
            counted.bytes_total / u64::from(TURN),
        )
    };
    let ours_allocated = allocated(&mut || {
        ours.calls(runtime, TURN);
    });
    let hand_allocated = allocated(&mut || {
        by_hand.calls(runtime, TURN);
    });
    let mut out = io::stdout().lock();
    let mut line = |name, time: Duration, (count, bytes): (u64, u64)| {
        let microseconds = time.as_secs_f64() * 1e6;
        writeln!(
            out,
            "{name}: {microseconds:.1} us, {count} allocations, {bytes} bytes a call"
        )
    };
    line("toolsmith", of_ours, ours_allocated)?;
    line("  by hand", of_hand, hand_allocated)?;
    let ratio = of_ours.as_secs_f64() / of_hand.as_secs_f64();
    writeln!(io::stdout(), "    ratio: {ratio:.3}")
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

struct Ours(Client);

impl Ours {
    fn new(server: &FakeTruto) -> Self {
        let client = Client::builder()
            .token(TOKEN)
            .account(ACCOUNT_ID)
            .base_url(server.base_url())
            .build();
        Self(client.unwrap())
    }

    fn calls(&self, runtime: &Runtime, count: u32) -> Duration {
        let begun = Instant::now();
        for _ in 0..count {
            let page =
                runtime.block_on(async { self.0.accounts().list(ListAccounts::new()).await });
            assert!(!page.unwrap().items.is_empty());
        }
        begun.elapsed()
    }
}

struct ByHand {
    client: reqwest::Client,
    address: String,
}

impl ByHand {
    fn new(server: &FakeTruto) -> Self {
        Self {
            client: reqwest::Client::new(),
            address: format!("{}/proxy/accounts", server.base_url()),
        }
    }

    fn calls(&self, runtime: &Runtime, count: u32) -> Duration {
        let begun = Instant::now();
        for _ in 0..count {
            assert!(!runtime.block_on(self.call()).result.is_empty());
        }
        begun.elapsed()
    }

    async fn call(&self) -> Page {
        let address = format!("{}?integrated_account_id={ACCOUNT_ID}", self.address);
        let answer = self
            .client
            .get(address)
            .bearer_auth(TOKEN)
            .header("accept", "application/json")
            .timeout(Duration::from_secs(120))
            .send()
            .await
            .unwrap();
        let answer = answer.error_for_status().unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }
}
