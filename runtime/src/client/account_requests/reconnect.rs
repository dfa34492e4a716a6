//! The link by which the user of an account connects it again.

use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::client::Client;
use crate::client::account::Account;
use crate::client::account_requests::account_request::{self, text};
use crate::client::shared::ReconnectLinks;
use crate::codec::Shape;
use crate::error::{CallOutcome, Error, ReconnectLink};
use crate::tools::{Effect, ToolSpec};

/// The request for a link, as a tool.
static RECONNECT_LINK: ToolSpec =
    ToolSpec::new("reconnect_link", Effect::Writes, &Shape::NESTED, Ok);

/// The maximum time that an error waits for its link.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Adds a link to the error of a call, if the client is configured to do so. If no link is available in time, the
/// error is unchanged.
pub(in crate::client) async fn with_link(
    account: &Account,
    mut error: Error,
    left: Duration,
) -> Error {
    let is_wanted = account.shared.reconnect_links == ReconnectLinks::InErrors;
    if !is_wanted || !error.needs_reauthorization() {
        return error;
    }
    match request(account, Some(left.min(MAX_WAIT))).await {
        Ok(link) => error.set_reconnect_link(link),
        Err(failed) => {
            let outcome = CallOutcome::of(Some(&failed)).as_str();
            tracing::debug!(target: "toolsmith", outcome, "no link to reconnect the account");
        }
    }
    error
}

async fn request(account: &Account, timeout: Option<Duration>) -> Result<ReconnectLink, Error> {
    let id = account.id_for(&RECONNECT_LINK)?;
    let body = json!({"integrated_account_id": id, "persist_previous_context": true});
    let body = Some(body.to_string().into());
    let request = (Method::POST, &["link-token"][..], body);
    let sent = account_request::send(account, &RECONNECT_LINK, request, timeout).await?;
    text(&sent, "link_token").map(ReconnectLink::new)
}

impl<A> Client<A> {
    /// Creates a link with which the user can reconnect the account. The variables of the account are kept.
    ///
    /// [`ClientBuilder::reconnect_links`](crate::ClientBuilder::reconnect_links) creates one for every call
    /// that fails because the account must be reconnected.
    ///
    /// # Errors
    ///
    /// Returns the errors of a call.
    pub async fn reconnect_link(&self) -> Result<ReconnectLink, Error> {
        request(self.own_account(), None).await
    }
}
