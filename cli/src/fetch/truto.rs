//! Fetching the catalog of a connected account or an integration.

use reqwest::StatusCode;
use toolsmith_codegen::{Diagnostics, SourceText};

use super::account::Subject;
use super::capabilities::CapabilitiesFound;
use super::pages::Pages;
use super::problem::Problem;
use super::request::{Connection, Received};
use super::snapshot_tools::KnownTools;
use super::tool_text::{self, ToolText};
use super::{Account, Fetched, Limits, Watcher, account_server};

/// Fetches every page of a catalog. `before` is the snapshot.
///
/// # Errors
///
/// Returns one diagnostic with the problem and its remedy.
pub(super) fn fetch(
    account: &Account,
    before: Option<&SourceText>,
    limits: Limits,
    watcher: &dyn Watcher,
) -> Result<Fetched, Diagnostics> {
    let located = |problem: Problem| problem.of(account);
    let connection = Connection::open(account, limits, watcher)?;
    let known = KnownTools::parse(before);
    let listed = list_tools(&connection, account, limits).map_err(located)?;
    let (mut tools, found, mut notes) = match listed {
        Ok(tools) => (
            tools,
            CapabilitiesFound::read(&connection, account),
            Vec::new(),
        ),
        Err(gone) => account_server::list(&connection, account, &known, &gone, limits)?,
    };
    match &found {
        CapabilitiesFound::Given(capabilities) => {
            notes.extend(capabilities.note(&account.subject));
            tool_text::deprecate(&mut tools, |tool| {
                let found = capabilities.find(&tool.resource, &tool.method);
                found.is_some_and(|found| found.is_deprecated)
            });
        }
        CapabilitiesFound::Absent => {}
        CapabilitiesFound::Unread(why) => {
            notes.push(format!(
                "the capabilities of {} could not be read ({why}): deprecations are those of the snapshot",
                account.subject.describe()
            ));
            tool_text::deprecate(&mut tools, |tool| known.is_deprecated(&tool.name));
        }
    }
    let document = SourceText {
        file: account.address(),
        text: tool_text::document(&tools),
    };
    Ok(Fetched { document, notes })
}

/// Fetches the tools. The inner error is a response that says that the tools of an account are listed
/// no longer.
fn list_tools(
    connection: &Connection<'_>,
    account: &Account,
    limits: Limits,
) -> Result<Result<Vec<ToolText>, Received>, Problem> {
    let may_be_gone = matches!(account.subject, Subject::Account { .. });
    let mut pages = Pages::default();
    let mut cursor = None;
    loop {
        let received = connection.get(account.page_url(cursor.as_deref()))?;
        let is_gone = matches!(received.status, StatusCode::NOT_FOUND | StatusCode::GONE);
        if is_gone && may_be_gone && cursor.is_none() {
            return Ok(Err(received));
        }
        let body = connection.accept(received)?;
        cursor = pages.add(&body, limits)?;
        if cursor.is_none() {
            return Ok(Ok(pages
                .into_tools()
                .into_iter()
                .map(ToolText::from)
                .collect()));
        }
    }
}
