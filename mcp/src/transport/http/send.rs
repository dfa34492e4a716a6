//! Sending of a request, with its token and over redirects.

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, Response, StatusCode};
use secrecy::SecretString;
use url::Url;

use super::Connection;
use super::outgoing::Outgoing;
use super::tokens::add_token;
use crate::authorization::Challenge;
use crate::error::{NotSent, RequestError};

/// The number of redirects that are followed.
const MAX_REDIRECTS: usize = 5;

/// The number of times that a request is sent again which the server did not process.
const MAX_REPEATS: usize = 2;

impl Connection {
    /// Sends a request. If the server refuses the token, it is sent once more with another one.
    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<Response, RequestError> {
        let target = &self.target;
        let token = target.tokens.next(None, &target.secrets).await?;
        let response = self.follow(outgoing, token.as_ref()).await?;
        let status = response.status();
        if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Ok(response);
        }
        let challenge = Challenge::read(status.as_u16(), response.headers());
        // The server refused the request, so it did not carry it out.
        outgoing.progress.set_sent(false);
        let renewed = target
            .tokens
            .renew(token.as_ref(), &challenge, &target.secrets);
        let Some(renewed) = renewed.await? else {
            outgoing.progress.set_sent(true);
            return Ok(response);
        };
        self.follow(outgoing, Some(&renewed)).await
    }

    /// Sends a request with the token that is known. No person is asked for another one.
    pub(super) async fn send_once(&self, outgoing: &Outgoing) -> Result<Response, RequestError> {
        let target = &self.target;
        let token = target.tokens.next(None, &target.secrets).await?;
        self.follow(outgoing, token.as_ref()).await
    }

    /// Sends a request, and again to where the server redirects it: with the same method and body,
    /// and to the same origin only, so that no one else gets the token.
    async fn follow(
        &self,
        outgoing: &Outgoing,
        token: Option<&SecretString>,
    ) -> Result<Response, RequestError> {
        let mut headers = outgoing.headers.clone();
        if let Some(token) = token {
            add_token(&mut headers, token)?;
        }
        let mut url = self.target.url.clone();
        let mut redirects = 0;
        loop {
            let response = self.attempt(outgoing, &headers, &url).await?;
            match target_of(&url, &response) {
                Some(next) if redirects < MAX_REDIRECTS => url = next,
                _ => return Ok(response),
            }
            redirects += 1;
        }
    }

    /// Sends a request to an address, and again if the server did not process it.
    async fn attempt(
        &self,
        outgoing: &Outgoing,
        headers: &HeaderMap,
        url: &Url,
    ) -> Result<Response, RequestError> {
        let mut repeats = 0;
        loop {
            outgoing.progress.set_sent(false);
            let request = |client: &Client| {
                let request = client.request(outgoing.method.clone(), url.clone());
                let request = request.headers(headers.clone());
                match outgoing.body() {
                    Some(body) => request.body(body),
                    None => request,
                }
            };
            let error = match self.target.clients.send(request).await {
                Ok(response) => {
                    outgoing.progress.set_sent(true);
                    return Ok(response);
                }
                Err(error) => error,
            };
            if !outgoing.is_repeatable(&error) {
                return Err(send_error(error));
            }
            if repeats == MAX_REPEATS {
                let cause = innermost(&error.without_url());
                return Err(RequestError::NotSent {
                    reason: NotSent::Connect,
                    message: format!("the MCP server does not take the request: {cause}"),
                });
            }
            repeats += 1;
        }
    }
}

/// Returns the address that a response redirects to, if it can be followed.
fn target_of(from: &Url, response: &Response) -> Option<Url> {
    let is_kept = matches!(
        response.status(),
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    );
    let location = response.headers().get(LOCATION).filter(|_| is_kept)?;
    let target = from.join(location.to_str().ok()?).ok()?;
    let has_credentials = !target.username().is_empty() || target.password().is_some();
    (target.origin() == from.origin() && !has_credentials).then_some(target)
}

/// Converts the error of a request without a response.
pub(super) fn send_error(error: reqwest::Error) -> RequestError {
    // Without the URL, which may contain a secret.
    let error = error.without_url();
    let cause = innermost(&error);
    // Later, the connection breaks after the request was sent.
    if is_tls(&error) && error.is_connect() {
        return RequestError::NotSent {
            reason: NotSent::Tls,
            message: format!("no trusted connection to the MCP server: {cause}"),
        };
    }
    if error.is_connect() {
        return RequestError::NotSent {
            reason: NotSent::Connect,
            message: format!("no connection to the MCP server: {cause}"),
        };
    }
    if error.is_builder() {
        return RequestError::NotSent {
            reason: NotSent::Invalid,
            message: format!("the request to the MCP server is invalid: {cause}"),
        };
    }
    RequestError::Lost(cause)
}

/// Returns `true` if the TLS handshake failed, for example because of a certificate.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    // `io::Error` does not return its inner error as a source.
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    wrapped.is_some_and(|wrapped| is_tls(wrapped)) || error.source().is_some_and(is_tls)
}

/// Returns the message of the root cause, which is more precise than those of its wrappers.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
