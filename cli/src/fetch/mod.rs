//! Fetching a catalog from the account or the server that it belongs to.
//!
//! No other module opens a connection. The result is the text of a catalog or a diagnostic; nothing
//! is written.

mod access;
#[cfg(feature = "fetch")]
mod account;
#[cfg(feature = "fetch")]
mod body;
#[cfg(feature = "fetch")]
mod mcp;
#[cfg(feature = "fetch")]
mod pages;
#[cfg(feature = "fetch")]
mod problem;
#[cfg(feature = "fetch")]
mod request;
#[cfg(feature = "fetch")]
mod reset;
mod session;
#[cfg(all(test, feature = "fetch"))]
mod tests;
#[cfg(not(feature = "fetch"))]
mod unavailable;

use std::fmt;
use std::time::Duration;

pub(crate) use self::access::{Access, Missing};
#[cfg(feature = "fetch")]
pub(crate) use self::account::fetch;
pub(crate) use self::session::Session;
#[cfg(not(feature = "fetch"))]
pub(crate) use self::unavailable::fetch;

/// This build cannot fetch: the feature `fetch` is disabled.
#[derive(Debug)]
pub(crate) struct FetchUnavailable;

impl fmt::Display for FetchUnavailable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "this build cannot fetch catalogs; build it with the feature `fetch`, or use --offline",
        )
    }
}

impl std::error::Error for FetchUnavailable {}

/// How long and how much a fetch may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Until a connection stands.
    pub(crate) connect: Duration,
    /// Until an answer has come to its end.
    pub(crate) total: Duration,
    /// The longest wait that a server may ask for.
    pub(crate) wait: Duration,
    /// The wait where a server asks to try again and does not say when.
    pub(crate) unnamed_wait: Duration,
    /// The size of all answers together, in bytes.
    pub(crate) bytes: u64,
    /// The number of pages.
    pub(crate) pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(60),
            wait: Duration::from_secs(60),
            // Truto's own limit counts windows of ten seconds.
            unnamed_wait: Duration::from_secs(10),
            bytes: 64_000_000,
            pages: 1000,
        }
    }
}

/// Somebody who is told how a fetch goes.
pub(crate) trait Watcher {
    /// So many bytes have come, all pages together.
    fn received(&self, bytes: u64);
    /// The server asked to wait, and the fetch will.
    fn waits(&self, wait: Duration);
}
