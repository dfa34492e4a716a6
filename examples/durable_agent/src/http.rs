//! Requests of the example to Restate, to the desk and to a model.

use std::error::Error;
use std::time::Duration;

use generated::runtime::transport::HttpTransport;
use generated::runtime::transport::reqwest::{self, Client, StatusCode};
use serde_json::Value;

use crate::AnyError;

/// The time that a response may take.
const TIMEOUT: Duration = Duration::from_secs(10);

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
/// The response is missing or incomplete after ten seconds.
pub async fn post(
    client: &Client,
    url: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Result<(StatusCode, String), AnyError> {
    let request = client.post(url).timeout(TIMEOUT);
    let mut request = request.header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let sent = async {
        let response = request.body(body.to_string()).send().await?;
        let status = response.status();
        Ok((status, response.text().await?))
    };
    sent.await
        .map_err(|error: reqwest::Error| with_causes(&error).into())
}

/// Returns an error with its causes: that of `reqwest` alone does not say why a request has failed.
#[must_use]
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Some errors repeat their causes.
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
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
