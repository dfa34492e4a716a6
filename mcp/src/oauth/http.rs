//! The requests of an authorization.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, RequestBuilder, Response, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use super::address::{AddressPolicy, origin};
use super::error::{OAuthError, OAuthErrorKind};

/// The time for one response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The size of a response, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// The redirects of metadata that are followed, within one origin.
const MAX_REDIRECTS: usize = 3;

/// Sends requests to the addresses that a policy allows.
pub(super) struct OAuthHttp {
    client: Client,
    policy: AddressPolicy,
}

/// A response.
pub(super) struct Reply {
    /// The status.
    pub(super) status: u16,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// The body as JSON; null if it is something else.
    pub(super) json: Value,
}

/// The parameters of a request to an authorization server.
pub(super) type Parameters<'a> = Vec<(&'a str, SecretString)>;

impl Reply {
    /// Returns `true` for the statuses of success.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns a member that is a string.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.json.get(key)?.as_str()
    }
}

impl OAuthHttp {
    /// Creates a client for a server and what its metadata names.
    pub(super) async fn new(server: &Url) -> Result<Self, OAuthError> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // This fails only if another thread was faster.
            let _installed = rustls::crypto::ring::default_provider().install_default();
        }
        let policy = AddressPolicy::of_server(server).await;
        let mut builder = Client::builder()
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("toolsmith/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(policy.clone());
        if policy.is_local() {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| {
            let message = format!("cannot set up the HTTP client: {error}");
            OAuthError::new(OAuthErrorKind::Connection, message)
        })?;
        Ok(Self { client, policy })
    }

    /// Checks a URL that a server named.
    pub(super) fn check(&self, url: &Url, what: &str) -> Result<(), OAuthError> {
        self.policy.check(url, what)
    }

    /// Sends a message to the MCP server, whose URL a person chose.
    pub(super) async fn post_message(
        &self,
        url: &Url,
        message: &Value,
        headers: &[(&'static str, &'static str)],
    ) -> Result<Reply, OAuthError> {
        let mut request = self.client.post(url.clone());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let accepted = "application/json, text/event-stream";
        let request = request
            .header(ACCEPT, accepted)
            .header(CONTENT_TYPE, "application/json")
            .body(message.to_string());
        send_for_headers(request, url).await
    }

    /// Reads metadata. Redirects are followed within the origin.
    pub(super) async fn get(&self, url: &Url, what: &str) -> Result<Reply, OAuthError> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            self.check(&url, what)?;
            let request = self
                .client
                .get(url.clone())
                .header(ACCEPT, "application/json");
            let reply = send(request, &url).await?;
            let location = reply.headers.get(LOCATION);
            let location = location.and_then(|location| location.to_str().ok());
            match location.filter(|_| (300..400).contains(&reply.status)) {
                None => return Ok(reply),
                Some(location) => url = same_origin(&url, location, what)?,
            }
        }
        let message = format!("{what} redirects more than {MAX_REDIRECTS} times");
        Err(OAuthError::new(OAuthErrorKind::Discovery, message))
    }

    /// Sends parameters. A redirect is a response like any other and is not followed.
    pub(super) async fn post_form(
        &self,
        url: &Url,
        what: &str,
        parameters: &Parameters<'_>,
        basic: Option<HeaderValue>,
    ) -> Result<Reply, OAuthError> {
        self.check(url, what)?;
        let mut request = self
            .client
            .post(url.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form(parameters));
        if let Some(basic) = basic {
            request = request.header(reqwest::header::AUTHORIZATION, basic);
        }
        no_redirect(send(request, url).await?, what)
    }

    /// Sends a document. A redirect is not followed.
    pub(super) async fn post_json(
        &self,
        url: &Url,
        what: &str,
        document: &Value,
    ) -> Result<Reply, OAuthError> {
        self.check(url, what)?;
        let request = self
            .client
            .post(url.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(document.to_string());
        no_redirect(send(request, url).await?, what)
    }
}

fn form(parameters: &Parameters<'_>) -> String {
    let mut body = Serializer::new(String::new());
    for (name, value) in parameters {
        body.append_pair(name, value.expose_secret());
    }
    body.finish()
}

fn no_redirect(reply: Reply, what: &str) -> Result<Reply, OAuthError> {
    if (300..400).contains(&reply.status) {
        let message = format!(
            "{what} redirects (status {}), which is not followed, to protect credentials",
            reply.status
        );
        return Err(OAuthError::new(OAuthErrorKind::Response, message));
    }
    Ok(reply)
}

fn same_origin(url: &Url, location: &str, what: &str) -> Result<Url, OAuthError> {
    let target = url.join(location).ok();
    let target = target.filter(|target| target.origin() == url.origin());
    target.ok_or_else(|| {
        let message = format!(
            "{what} at {} redirects to another server, which is not followed",
            origin(url)
        );
        OAuthError::new(OAuthErrorKind::Discovery, message)
    })
}

async fn send(request: RequestBuilder, url: &Url) -> Result<Reply, OAuthError> {
    let mut response = request.send().await.map_err(|error| failed(url, error))?;
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| failed(url, error))? {
        if body.len() + piece.len() > MAX_BYTES {
            let message = format!("the response of {} is too large", origin(url));
            return Err(OAuthError::new(OAuthErrorKind::Response, message));
        }
        body.extend_from_slice(&piece);
    }
    let json = serde_json::from_slice(&body).unwrap_or_default();
    Ok(reply(&response, json))
}

/// Sends a request of whose response the headers matter: the body may be a stream that does not end.
async fn send_for_headers(request: RequestBuilder, url: &Url) -> Result<Reply, OAuthError> {
    let response = request.send().await.map_err(|error| failed(url, error))?;
    Ok(reply(&response, Value::Null))
}

fn reply(response: &Response, json: Value) -> Reply {
    Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        json,
    }
}

/// Returns the error of a request, without its URL.
fn failed(url: &Url, error: reqwest::Error) -> OAuthError {
    let origin = origin(url);
    if error.is_timeout() {
        let message = format!("{origin} did not respond within {} s", TIMEOUT.as_secs());
        return OAuthError::new(OAuthErrorKind::Connection, message);
    }
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let message = format!("the request to {origin} failed: {cause}");
    OAuthError::new(OAuthErrorKind::Connection, message)
}
