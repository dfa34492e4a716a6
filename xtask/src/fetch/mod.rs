//! Fetching a catalog from the account or the server that it belongs to.
//!
//! This is the only part of the project that opens a connection while code is generated. It
//! answers with the text of a catalog or with a diagnostic; it writes nothing.

mod access;
mod answer;
mod mcp;
mod pages;
mod problem;
mod request;
mod reset;
#[cfg(test)]
mod tests;

use std::time::Duration;

use toolsmith_codegen::{Diagnostics, SourceText};

pub(crate) use self::access::{Access, Missing};
pub(crate) use self::mcp::Session;

use self::pages::Pages;
use self::request::Connection;

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

/// Fetches every page of a catalog.
///
/// # Errors
///
/// One diagnostic that says what went wrong and what to do.
pub(crate) fn fetch(
    access: &Access,
    limits: Limits,
    watcher: &dyn Watcher,
) -> Result<SourceText, Diagnostics> {
    let connection = Connection::open(access, limits, watcher)?;
    let mut pages = Pages::default();
    let mut cursor = None;
    loop {
        let url = access.page_url(cursor.as_deref());
        let body = connection.get(&url)?;
        cursor = pages.add(access, &body, limits)?;
        if cursor.is_none() {
            return Ok(SourceText {
                file: access.address(),
                text: pages.into_text(),
            });
        }
    }
}
