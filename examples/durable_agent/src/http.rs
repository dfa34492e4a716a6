//! Requests of the example to Restate, to the desk and to a model.

use std::time::Duration;

use generated::runtime::transport::HttpTransport;
use generated::runtime::transport::reqwest::{Client, StatusCode};
use serde_json::Value;

use crate::AnyError;

/// Creates a client.
///
/// # Errors
///
/// TLS cannot be set up.
pub fn client() -> Result<Client, AnyError> {
    let builder = HttpTransport::client_builder().connect_timeout(Duration::from_secs(5));
    Ok(builder.build()?)
}

/// Sends JSON with headers, and returns the status and the body of the response.
///
/// # Errors
///
/// The response is missing or incomplete.
pub async fn post(
    client: &Client,
    url: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Result<(StatusCode, String), AnyError> {
    let mut request = client.post(url).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.body(body.to_string()).send().await?;
    let status = response.status();
    Ok((status, response.text().await?))
}

/// Returns `true` if the same request may succeed later: after a timeout, a conflict or a rate limit, or when the
/// server works again.
#[must_use]
pub fn is_transient(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status.as_u16(), 408 | 409 | 425 | 429)
}

/// Returns the JSON of a successful response.
///
/// # Errors
///
/// The status is an error, or the body is not JSON.
pub fn json(what: &str, (status, body): (StatusCode, String)) -> Result<Value, AnyError> {
    if !status.is_success() {
        return Err(format!("{what} answers {status}: {body}").into());
    }
    serde_json::from_str(&body).map_err(|error| format!("{what}: {error} in {body}").into())
}
