//! A server that behaves like Truto for The Auth API, over real HTTP on this machine.
//!
//! It offers the catalog of `catalogs/the_auth_api.json`, checks every call against the tool's schemas,
//! and keeps accounts, projects, keys and the rest in memory. Its data, identifiers and clock are always the
//! same. Tests reach its controls in process; everybody else by HTTP, without a token:
//!
//! | route | body | does |
//! |---|---|---|
//! | `POST /control/reset` | none | forgets faults, settings, catalog changes, the log and all writes |
//! | `GET /control/requests` | none | lists the requests that arrived, control routes left out |
//! | `POST /control/faults` | `{"kind": "cut"}`, or a list | sets [`Fault`]s for the next requests |
//! | `GET /control/faults` | none | lists the faults that still wait |
//! | `DELETE /control/faults` | none | forgets the faults |
//! | `PATCH /control/catalog` | `{"tool": "…", "pointer": "…", "value": …}`, or a list | makes [`CatalogChange`]s |
//! | `POST /control/settings` | `{"page_size": 2, "rate_limit": {"limit": 5, "window_seconds": 1}}` | changes [`Settings`]; what is left out goes back to normal |
//!
//! A fault has a `kind` and, if need be, `times`, `path`, `method` and `should_retry`:
//!
//! | `kind` | the next matching request gets |
//! |---|---|
//! | `{"rate_limited": {"form": "retry_after", "seconds": 2}}` | 429 with the headers of a [`ResetForm`] |
//! | `{"status": 502}` | that status in Truto's envelope; 503 says that the account is blocked |
//! | `{"remote_error": 422}` | an error of the Auth API, with `truto_error_insight` |
//! | `"sandbox"` | 405 if it writes |
//! | `{"slow_headers": 1500}`, `{"slow_body": 1500}` | the true answer, so many milliseconds late |
//! | `"cut"` | half of the true answer, then a broken connection |
//! | `"not_json"` | a page of HTML |
//! | `{"huge": 200000000}`, `"endless"` | JSON of so many bytes, or without an end |
//! | `"empty"`, `"no_content"` | 200 or 204 without a body |
//! | `"truncated"`, `"wrong_type"` | the true answer without its last third, or a number instead |
//! | `"redirect_loop"` | 307 to the same address |
//! | `"repeated_cursor"` | the true answer, whose `next_cursor` is always `again` |
//!
//! Once the catalog says that `dateGrouping` may be `hour`, totals come by the hour too, each with the moment at
//! which its hour begins as its `date`.
//!
//! Two more routes stand for the receivers of webhooks: `/hooks/ok…` answers 200, any other `/hooks/…` 500.

mod answers;
mod calendar;
mod catalog;
mod control;
mod fault;
mod limit;
mod log;
mod ping;
mod proxy;
mod query;
mod resources;
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

pub use self::catalog::CatalogChange;
pub use self::fault::{Fault, FaultKind, ResetForm};
pub use self::limit::RateLimit;
pub use self::log::RecordedRequest;
pub use self::world::Settings;

use self::server::Server;

/// The one token that the server accepts.
pub const TOKEN: &str = "s3cr3t-canary";

/// The one integrated account that the server knows.
pub const ACCOUNT_ID: &str = "ia_551";

/// A running server, which stops when this is dropped.
///
/// It runs on a thread of its own, so that it serves blocking programs as well as asynchronous ones.
pub struct FakeTruto {
    server: Server,
    base_url: String,
}

impl FakeTruto {
    /// Starts a server on a free port of the loopback address.
    ///
    /// # Errors
    ///
    /// The system gives no port or no thread.
    pub fn start() -> io::Result<FakeTruto> {
        FakeTruto::bind((Ipv4Addr::LOCALHOST, 0).into())
    }

    /// Starts a server on an address of this machine.
    ///
    /// # Errors
    ///
    /// The address is taken, or the system gives no thread.
    pub fn bind(address: SocketAddr) -> io::Result<FakeTruto> {
        crate::told::listen_if_asked();
        let server = Server::start(address)?;
        let base_url = server.base_url();
        Ok(FakeTruto { server, base_url })
    }

    /// The address to call, such as `http://127.0.0.1:4010`, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The token to call with.
    #[must_use]
    pub fn token(&self) -> &str {
        TOKEN
    }

    /// The integrated account to call for.
    #[must_use]
    pub fn account_id(&self) -> &str {
        ACCOUNT_ID
    }

    /// Forgets faults, settings, catalog changes, the log and all writes.
    pub fn reset(&self) {
        self.server.world().reset();
    }

    /// Sets a fault, behind those that wait already.
    pub fn set_fault(&self, fault: Fault) {
        self.server.world().faults.set(fault);
    }

    /// Changes how the server pages and limits.
    pub fn set(&self, settings: Settings) {
        self.server.world().set(settings);
    }

    /// Changes the catalog: all of the changes, or none.
    ///
    /// # Errors
    ///
    /// A change names a place that does not exist, or leaves a schema that is not valid.
    pub fn change_catalog(&self, changes: &[CatalogChange]) -> Result<(), String> {
        self.server.world().catalog.change(changes)
    }

    /// The requests that arrived since the start or the last reset, control routes left out.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.server.world().log.clone()
    }
}
