//! Fetching of catalogs from accounts and MCP servers.
//!
//! This is the only module that opens connections. It writes nothing.

mod account;
#[cfg(feature = "fetch")]
mod account_server;
#[cfg(feature = "fetch")]
mod arguments;
#[cfg(feature = "fetch")]
mod body;
#[cfg(feature = "fetch")]
mod capabilities;
#[cfg(feature = "fetch")]
pub(crate) mod login;
#[cfg(feature = "fetch")]
mod mcp;
#[cfg(feature = "fetch")]
mod pages;
#[cfg(feature = "fetch")]
mod problem;
#[cfg(feature = "fetch")]
mod reassemble;
#[cfg(feature = "fetch")]
mod request;
mod server;
#[cfg(feature = "fetch")]
mod snapshot_tools;
#[cfg(test)]
#[cfg(feature = "fetch")]
mod tests;
#[cfg(feature = "fetch")]
mod tokens;
#[cfg(feature = "fetch")]
mod tool_text;
#[cfg(feature = "fetch")]
mod truto;

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use toolsmith_codegen::SourceText;

pub(crate) use self::account::{Account, MissingVariables};
pub(crate) use self::server::{Reauthorization, Server, required_variables};

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

/// The limits of a fetch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The time to open a connection.
    pub(crate) connect: Duration,
    /// The time to receive a response, or to list the tools of an MCP server.
    pub(crate) total: Duration,
    /// The longest wait that a server may request.
    pub(crate) wait: Duration,
    /// The wait after a 429 response that does not name one.
    pub(crate) unnamed_wait: Duration,
    /// The size of all responses together, in bytes.
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
            // The windows of Truto's rate limit are ten seconds long.
            unnamed_wait: Duration::from_secs(10),
            bytes: 64_000_000,
            pages: 1000,
        }
    }
}

/// Receives the progress of a fetch.
pub(crate) trait Watcher {
    /// Reports the bytes received so far, all pages together.
    fn received(&self, bytes: u64);
    /// Reports that the fetch waits because the server requested it.
    fn waits(&self, wait: Duration);
}

/// A fetched catalog.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// The catalog.
    pub(crate) document: SourceText,
    /// Facts about its source that a person should know.
    pub(crate) notes: Vec<String>,
}

/// Fetches the catalog of an account or an integration. `before` is the snapshot, which has the facts
/// that the platform may no longer state.
///
/// # Errors
///
/// Returns one diagnostic with the problem and its remedy, or [`FetchUnavailable`].
pub(crate) fn fetch_account(
    account: &Account,
    before: Option<&SourceText>,
    limits: Limits,
    watcher: &dyn Watcher,
) -> Result<Fetched> {
    #[cfg(feature = "fetch")]
    {
        Ok(truto::fetch(account, before, limits, watcher)?)
    }
    #[cfg(not(feature = "fetch"))]
    {
        let _ = (account, before, limits, watcher);
        Err(FetchUnavailable.into())
    }
}

/// Fetches the tools of an MCP server.
///
/// # Errors
///
/// Returns one diagnostic with the problem and its remedy, or [`FetchUnavailable`].
pub(crate) fn fetch_server(server: Server<'_>, limits: Limits) -> Result<SourceText> {
    #[cfg(feature = "fetch")]
    {
        Ok(server.list_tools(limits)?)
    }
    #[cfg(not(feature = "fetch"))]
    {
        let _ = (server, limits);
        Err(FetchUnavailable.into())
    }
}
