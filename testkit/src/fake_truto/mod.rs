//! A server that behaves like Truto for The Auth API, over HTTP on this machine.
//!
//! It offers the catalog of `catalogs/the_auth_api.json`, validates every call against the tool's schemas,
//! and keeps accounts, projects, keys and the rest in memory. Its data, identifiers and clock are always the
//! same. Tests control it in process; other programs over HTTP, without a token:
//!
//! | route | body | does |
//! |---|---|---|
//! | `POST /control/reset` | none | discards faults, settings, catalog changes, the log and all writes |
//! | `GET /control/requests` | none | lists the received requests, without control requests |
//! | `POST /control/faults` | `{"kind": "cut"}`, or a list | sets [`Fault`]s for the next requests |
//! | `GET /control/faults` | none | lists the pending faults |
//! | `DELETE /control/faults` | none | removes the faults |
//! | `PATCH /control/catalog` | `{"tool": "…", "pointer": "…", "value": …}`, or a list | makes [`CatalogChange`]s |
//! | `POST /control/settings` | `{"page_size": 2, "rate_limit": {"limit": 5, "window_seconds": 1}}` | changes [`Settings`]; what is left out goes back to normal |
//! | `POST /control/account` | `{"status": "needs_reauth", "deprecated": ["…"]}` | sets the [`AccountState`]; what is left out goes back to normal. Calls of an account with `needs_reauth` get a 401 of the API behind Truto |
//!
//! A fault has a `kind` and optionally `times`, `path`, `method` and `should_retry`:
//!
//! | `kind` | the next matching request gets |
//! |---|---|
//! | `{"rate_limited": {"form": "retry_after", "seconds": 2}}` | 429 with the headers of a [`ResetForm`] |
//! | `{"status": 502}` | that status in Truto's envelope; 503 says that the account is blocked |
//! | `{"remote_error": 422}` | an error of the Auth API, with `truto_error_insight` |
//! | `"sandbox"` | 405 if it writes |
//! | `{"slow_headers": 1500}`, `{"slow_body": 1500}` | the true response, this many milliseconds late |
//! | `"cut"` | half of the true response, then a broken connection |
//! | `"not_json"` | a page of HTML |
//! | `{"huge": 200000000}`, `"endless"` | JSON of this many bytes, or without an end |
//! | `"empty"`, `"no_content"` | 200 or 204 without a body |
//! | `"truncated"`, `"wrong_type"` | the true response without its last third, or a number instead |
//! | `"redirect_loop"` | 307 to the same address |
//! | `"repeated_cursor"` | the true response, whose `next_cursor` is always `again` |
//!
//! Once the catalog allows `hour` for `dateGrouping`, totals can be grouped by hour; the `date` of such a total is
//! the moment at which the hour begins.
//!
//! Two more routes are receivers of webhooks: `/hooks/ok…` responds with 200, any other `/hooks/…` with 500.

mod account;
mod account_state;
mod calendar;
mod catalog;
mod control;
mod fault;
mod limit;
mod log;
mod ping;
mod proxy;
mod query;
mod received;
mod resources;
mod responses;
mod schema;
mod seed;
mod server;
mod spoil;
mod store;
mod tools;
mod usage;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

pub use self::account_state::AccountState;
pub use self::catalog::CatalogChange;
pub use self::fault::{Fault, FaultKind, ResetForm};
pub use self::limit::RateLimit;
pub use self::log::RecordedRequest;
pub use self::world::Settings;

use self::server::Server;

/// The only token that the server accepts.
pub const TOKEN: &str = "s3cr3t-canary";

/// The integrated account of the server, unless others are added.
pub const ACCOUNT_ID: &str = "ia_551";

/// A running server, which stops when it is dropped.
///
/// It runs on its own thread, so that blocking programs can call it as well as asynchronous ones.
pub struct FakeTruto {
    server: Server,
    base_url: String,
}

impl FakeTruto {
    /// Starts a server on a free port of the loopback address.
    ///
    /// # Errors
    ///
    /// The system has no free port or cannot start a thread.
    pub fn start() -> io::Result<FakeTruto> {
        FakeTruto::bind((Ipv4Addr::LOCALHOST, 0).into())
    }

    /// Starts a server on an address of this machine.
    ///
    /// # Errors
    ///
    /// The address is in use, or the system cannot start a thread.
    pub fn bind(address: SocketAddr) -> io::Result<FakeTruto> {
        crate::log_capture::start_if_requested();
        let server = Server::start(address)?;
        let base_url = server.base_url();
        Ok(FakeTruto { server, base_url })
    }

    /// Returns the base address, such as `http://127.0.0.1:4010`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns the token to call with.
    #[must_use]
    pub fn token(&self) -> &str {
        TOKEN
    }

    /// Returns the integrated account to call for.
    #[must_use]
    pub fn account_id(&self) -> &str {
        ACCOUNT_ID
    }

    /// Discards faults, settings, catalog changes, the log and all writes.
    pub fn reset(&self) {
        self.server.world().reset();
    }

    /// Adds a fault after the pending ones.
    pub fn set_fault(&self, fault: Fault) {
        self.server.world().faults.set(fault);
    }

    /// Replaces the settings of pages and rate limits.
    pub fn set(&self, settings: Settings) {
        self.server.world().set(settings);
    }

    /// Sets the state of the account, as its capabilities show it.
    pub fn set_account(&self, state: AccountState) {
        self.server.world().account = state;
    }

    /// Adds an account next to the usual one, or sets its state. All accounts have the same data, and share
    /// the rate limit, as those of one token do.
    pub fn add_account(&self, id: impl Into<String>, state: AccountState) {
        self.server.world().more_accounts.insert(id.into(), state);
    }

    /// Returns the number of MCP servers of the account that exist.
    #[must_use]
    pub fn mcp_servers(&self) -> usize {
        self.server.world().servers.count()
    }

    /// Applies all changes to the catalog, or none.
    ///
    /// # Errors
    ///
    /// A change names a place that does not exist, or leaves a schema that is not valid.
    pub fn change_catalog(&self, changes: &[CatalogChange]) -> Result<(), String> {
        self.server.world().catalog.change(changes)
    }

    /// Returns the requests since the start or the last reset, without control requests.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.server.world().log.clone()
    }
}
