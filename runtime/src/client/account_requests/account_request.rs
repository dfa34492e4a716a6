//! Requests about the account itself, next to the calls of its tools. They pass the rate limiter and the
//! retries like those.

use std::time::Duration;

use bytes::Bytes;
use http::Method;

use crate::client::account::Account;
use crate::client::exchange::Exchange;
use crate::client::observe::ToolKind;
use crate::client::options::CallOptions;
use crate::client::tool_call::ToolCall;
use crate::codec::Json;
use crate::error::{DecodeProblem, Error};
use crate::http::{RequestParts, Response};
use crate::tools::ToolSpec;

/// Sends a request to these segments of a path, and returns the object in its response, bare or in
/// `result`.
pub(in crate::client) async fn send(
    account: &Account,
    spec: &'static ToolSpec,
    (method, segments, body): (Method, &[&str], Option<Bytes>),
    timeout: Option<Duration>,
) -> Result<(Response, Json), Error> {
    let parts = RequestParts::plain(method, segments, body);
    let response = exchange(account, spec, parts, timeout).await?;
    let mut json = response.json()?;
    let wrapped = json.get_mut("result").filter(|result| result.is_object());
    let json = match wrapped {
        Some(wrapped) => wrapped.take(),
        None => json,
    };
    Ok((response, json))
}

/// Sends a request, and returns its response.
pub(in crate::client) async fn exchange(
    account: &Account,
    spec: &'static ToolSpec,
    parts: RequestParts,
    timeout: Option<Duration>,
) -> Result<Response, Error> {
    let options = CallOptions {
        timeout,
        ..CallOptions::default()
    };
    let call = ToolCall {
        spec,
        arguments: Json::Null,
        context: None,
    };
    let template = account.shared.template(&call, parts, &options)?;
    let mut exchange = Exchange::new(account, (&call, ToolKind::Account), &options, template);
    let outcome = exchange.response().await;
    let outcome = outcome.map(|response| exchange.finish(response));
    exchange.end(outcome.as_ref().err());
    outcome
}

/// Returns the string of this name in a response, or the error that it lacks one.
pub(in crate::client) fn text<'j>(
    (response, json): &'j (Response, Json),
    name: &str,
) -> Result<&'j str, Error> {
    let found = json.get(name).and_then(Json::as_str);
    found.filter(|text| !text.is_empty()).ok_or_else(|| {
        let scrubbed = response.scrubbed();
        let problem = DecodeProblem::Protocol(format!("the response has no `{name}`"));
        scrubbed.as_ref().unwrap_or(response).decode_error(problem)
    })
}
