//! Fetching the catalog of a connected account.

use toolsmith_codegen::{Diagnostics, SourceText};

use super::pages::Pages;
use super::request::Connection;
use super::{Account, Limits, Watcher};

/// Fetches every page of a catalog.
///
/// # Errors
///
/// Returns one diagnostic with the problem and its remedy.
pub(super) fn fetch(
    account: &Account,
    limits: Limits,
    watcher: &dyn Watcher,
) -> Result<SourceText, Diagnostics> {
    let connection = Connection::open(account, limits, watcher)?;
    let mut pages = Pages::default();
    let mut cursor = None;
    loop {
        let url = account.page_url(cursor.as_deref());
        let body = connection.get(&url)?;
        cursor = pages.add(account, &body, limits)?;
        if cursor.is_none() {
            return Ok(SourceText {
                file: account.address(),
                text: pages.into_text(),
            });
        }
    }
}
