//! One call of each side.

use std::time::Duration;

use generated::the_auth_api::{Client, ListAccounts};
use serde::Deserialize;
use toolsmith_testkit::fake_truto::{ACCOUNT_ID, TOKEN};

/// The call with the generated client.
#[derive(Clone)]
pub(crate) struct Ours(Client);

impl Ours {
    pub(crate) fn new(base_url: &str) -> Self {
        let client = Client::builder()
            .token(TOKEN)
            .account(ACCOUNT_ID)
            .base_url(base_url)
            .build();
        Self(client.unwrap())
    }

    pub(crate) async fn call(&self) {
        let page = self.0.accounts().list(ListAccounts::new()).await;
        assert!(!page.unwrap().items.is_empty());
    }
}

/// The call as a careful programmer writes it: with a timeout, and with an error for every status that
/// is not a success.
#[derive(Clone)]
pub(crate) struct ByHand {
    client: reqwest::Client,
    address: String,
}

impl ByHand {
    pub(crate) fn new(base_url: &str) -> Self {
        Self {
            // The same bytes on the wire.
            client: reqwest::Client::builder()
                .user_agent(concat!("toolsmith/", env!("CARGO_PKG_VERSION")))
                .build()
                .unwrap(),
            address: format!("{base_url}/proxy/accounts"),
        }
    }

    pub(crate) async fn call(&self) {
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
        let page: Page = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert!(!page.result.is_empty());
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
