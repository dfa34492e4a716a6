//! Comparison of the tools of a session with those of the catalog.

use std::collections::BTreeSet;

use toolsmith_dialect::tool_hash::SERVER_KEYS;
use toolsmith_mcp::RequestError;

use super::client::Client;
use super::exchange::Shared;
use super::failure::FailedExchange;
use crate::client::verify::compare_listed;
use crate::codec::Json;
use crate::error::Error;
use crate::rate_limit::{RateLimitHeaders, Turn};

/// The request for the tools, in errors.
const LIST_TOOLS: &str = "tools/list";

/// The number of pages after which a list does not end.
const MAX_PAGES: usize = 1_000;

impl<A> Client<A> {
    /// Compares the tools that the server lists now with those of the catalog, from which the crate was
    /// generated. A model is shown those of the crate in any case.
    ///
    /// ```
    /// use toolsmith_runtime::{Error, mcp::Client};
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
        verify(self.shared()).await
    }
}

pub(super) async fn verify(shared: &Shared) -> Result<(), Error> {
    let listed = tokio::time::timeout(shared.timeout, list(shared)).await;
    let tools = listed.map_err(|_| Error::timed_out(LIST_TOOLS, shared.timeout))??;
    compare_listed(shared.catalog, &SERVER_KEYS, &tools, &shared.scrubber())
}

/// Lists all pages of a server's tools. Each takes one call of the rate limit.
async fn list(shared: &Shared) -> Result<Vec<Json>, Error> {
    let mut tools = Vec::new();
    let mut cursors = BTreeSet::new();
    let mut cursor = None;
    loop {
        let mut turn = Turn::default();
        let permit = shared.gate.enter(&mut turn, shared.timeout).await;
        let mut permit = permit.map_err(|_| Error::timed_out(LIST_TOOLS, shared.timeout))?;
        permit.mark_sent();
        let page = shared.session.list_tools(cursor.as_ref()).await;
        let page = page.map_err(|error| failed(shared, error))?;
        let parsed = page.tools.iter().map(|tool| serde_json::from_str(tool));
        tools.extend(parsed.map(Result::unwrap_or_default));
        let Some(next) = page.next_cursor else {
            return Ok(tools);
        };
        if !cursors.insert(next.to_string()) || cursors.len() >= MAX_PAGES {
            let problem = "the list of tools of the MCP server does not end";
            return Err(failed(shared, RequestError::Unreadable(problem.to_owned())));
        }
        cursor = Some(next);
    }
}

fn failed(shared: &Shared, error: RequestError) -> Error {
    let failed = FailedExchange {
        tool: LIST_TOOLS,
        scrubber: &shared.scrubber(),
        attempt_count: 1,
        status: None,
        limit: RateLimitHeaders::default(),
    };
    failed.error(error)
}
