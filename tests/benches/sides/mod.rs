//! The two compared sides: the same call of the same server with the same request.

use std::io;
use std::time::{Duration, Instant};

use generated::the_auth_api::{Client, ListAccounts};
use serde::Deserialize;
use tokio::runtime::Runtime;
use toolsmith_testkit::fake_truto::{ACCOUNT_ID, FakeTruto, TOKEN};

/// Both sides, their server, and their runtime.
pub(crate) struct Sides {
    ours: Ours,
    by_hand: ByHand,
    runtime: Runtime,
    _server: FakeTruto,
}

impl Sides {
    pub(crate) fn start() -> io::Result<Self> {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let server = FakeTruto::start()?;
        // One thread, so that the measurement covers the whole call and nothing of the server.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            ours: Ours::new(&server),
            by_hand: ByHand::new(&server),
            runtime,
            _server: server,
        })
    }

    /// Measures this many calls of the generated client.
    pub(crate) fn ours(&self, count: u32) -> Duration {
        self.ours.calls(&self.runtime, count)
    }

    /// Measures this many calls written by hand.
    pub(crate) fn by_hand(&self, count: u32) -> Duration {
        self.by_hand.calls(&self.runtime, count)
    }
}

/// The call with the generated client.
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

/// The call as a careful programmer writes it: with a timeout, and with an error for every status that
/// is not a success.
struct ByHand {
    client: reqwest::Client,
    address: String,
}

impl ByHand {
    fn new(server: &FakeTruto) -> Self {
        Self {
            // The same bytes on the wire.
            client: reqwest::Client::builder()
                .user_agent(concat!("toolsmith/", env!("CARGO_PKG_VERSION")))
                .build()
                .unwrap(),
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

/// The page, written by hand.
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
