//! Comparison of the tools of an account with those of the catalog.

mod listed;

use std::collections::BTreeSet;

use toolsmith_dialect::tool_hash::ACCOUNT_KEYS;

use super::Client;
use super::account::Account;
use crate::client::account_requests::account_request;
use crate::codec::{Json, Shape};
use crate::error::{DecodeProblem, Error};
use crate::http::{RequestParts, Response};
use crate::tools::{Effect, ToolSpec};
pub(crate) use listed::compare_listed;

/// The number of pages after which a list does not end.
const MAX_PAGES: usize = 1_000;

/// The request for the tools, as a tool.
static LIST_TOOLS: ToolSpec = ToolSpec::new("list_tools", Effect::Reads, &Shape::NESTED, Ok);

impl<A> Client<A> {
    /// Compares the tools that the account lists now with those of the catalog, from which the crate was
    /// generated. A model is shown those of the crate in any case.
    ///
    /// Each page of the list takes one call of the rate limit.
    ///
    /// ```
    /// use toolsmith_runtime::{Client, Error};
    ///
    /// /// Reports the tools that a person should look at.
    /// async fn verify(client: &Client) -> Result<(), Error> {
    ///     match client.verify_tools().await {
    ///         Err(Error::ToolsChanged(changes)) => eprintln!("{changes}"),
    ///         other => other?,
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::ToolsChanged`] with the differences, or the error of the list.
    pub async fn verify_tools(&self) -> Result<(), Error> {
        let account = self.own_account();
        let tools = list(account, self.catalog().list_query).await?;
        let scrubber = account.shared.credentials.scrubber();
        compare_listed(self.catalog(), &ACCOUNT_KEYS, &tools, scrubber)
    }
}

/// Lists all pages of an account's tools.
async fn list(account: &Account, query: &str) -> Result<Vec<Json>, Error> {
    let id = account.id_for(&LIST_TOOLS)?;
    let segments = ["integrated-account", id, "tools"];
    let mut tools = Vec::new();
    let mut cursors = BTreeSet::new();
    let mut cursor: Option<String> = None;
    loop {
        let parts = RequestParts::page(&segments, query, cursor.as_deref());
        let response = account_request::exchange(account, &LIST_TOOLS, parts, None).await?;
        let (page, next) = read_page(response.json()?).map_err(|what| failed(&response, what))?;
        tools.extend(page);
        let Some(next) = next else {
            return Ok(tools);
        };
        if !cursors.insert(next.clone()) || cursors.len() >= MAX_PAGES {
            return Err(failed(&response, "the list of tools does not end"));
        }
        cursor = Some(next);
    }
}

/// Returns the tools of a page, and the cursor of the next one. The list is the response itself, or its
/// member `result` or `results`.
fn read_page(page: Json) -> Result<(Vec<Json>, Option<String>), &'static str> {
    let mut members = match page {
        Json::Array(tools) => return Ok((tools, None)),
        Json::Object(members) => members,
        _ => return Err("the response is not a list of tools"),
    };
    let cursor = match members.get("next_cursor") {
        Some(Json::String(cursor)) if !cursor.is_empty() => Some(cursor.clone()),
        Some(Json::Number(cursor)) => Some(cursor.to_string()),
        _ => None,
    };
    let mut lists = ["result", "results"].into_iter();
    let list = lists.find_map(|key| match members.remove(key) {
        Some(Json::Array(tools)) => Some(tools),
        _ => None,
    });
    let tools = list.ok_or("the response has no list of tools")?;
    Ok((tools, cursor))
}

fn failed(response: &Response, problem: &str) -> Error {
    let scrubbed = response.scrubbed();
    let problem = DecodeProblem::Protocol(problem.to_owned());
    scrubbed.as_ref().unwrap_or(response).decode_error(problem)
}
