//! A request: sent, retried once after a 429 response, and read within the limits.

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use secrecy::ExposeSecret;
use tokio::runtime::Runtime;
use toolsmith_codegen::Diagnostics;
use toolsmith_mcp::retry_after;
use url::Url;

use super::body;
use super::problem::{self, Problem};
use super::{Account, Limits, Watcher};

/// A client for one account.
pub(super) struct Connection<'a> {
    runtime: Runtime,
    client: Client,
    account: &'a Account,
    limits: Limits,
    watcher: &'a dyn Watcher,
    /// The bytes received so far, all responses together.
    received: Cell<u64>,
}

/// The time for a response that a fetch can do without.
const SPARE_TIMEOUT: Duration = Duration::from_secs(10);

/// A response with its body.
pub(super) struct Received {
    /// The status.
    pub(super) status: StatusCode,
    headers: HeaderMap,
    /// The whole body.
    pub(super) body: Vec<u8>,
}

impl<'a> Connection<'a> {
    /// Creates the client. Nothing is sent.
    pub(super) fn open(
        account: &'a Account,
        limits: Limits,
        watcher: &'a dyn Watcher,
    ) -> Result<Self, Diagnostics> {
        // Ignores the error: a provider is already installed, and any provider works.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .connect_timeout(limits.connect)
            .timeout(limits.total)
            .user_agent(concat!("toolsmith/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers(account).map_err(|problem| problem.of(account))?)
            // A redirect is an error, so that the token is sent to no other host.
            .redirect(redirect::Policy::none());
        if account.is_loopback() {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| problem::no_client(&error).of(account))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| problem::no_client(&error).of(account))?;
        Ok(Self {
            runtime,
            client,
            account,
            limits,
            watcher,
            received: Cell::new(0),
        })
    }

    /// Sends a GET request.
    pub(super) fn get(&self, url: Url) -> Result<Received, Problem> {
        self.send(self.client.get(url))
    }

    /// Sends a GET request whose response is not necessary, so that less time is spent on it.
    pub(super) fn get_spare(&self, url: Url) -> Result<Received, Problem> {
        let timeout = SPARE_TIMEOUT.min(self.limits.total);
        self.exchange(self.client.get(url).timeout(timeout))
    }

    /// Sends a POST request with a JSON body.
    pub(super) fn post(&self, url: Url, body: String) -> Result<Received, Problem> {
        let request = self.client.post(url);
        self.send(request.header(CONTENT_TYPE, "application/json").body(body))
    }

    /// Sends a DELETE request.
    pub(super) fn delete(&self, url: Url) -> Result<Received, Problem> {
        self.send(self.client.delete(url))
    }

    /// Sends a request, and once more after a 429 response.
    fn send(&self, request: RequestBuilder) -> Result<Received, Problem> {
        let again = request.try_clone();
        let received = self.exchange(request)?;
        match again {
            Some(again) if received.status == StatusCode::TOO_MANY_REQUESTS => {
                let wait = self.wait_after(&received)?;
                self.watcher.waits(wait);
                std::thread::sleep(wait);
                self.exchange(again)
            }
            _ => Ok(received),
        }
    }

    /// Returns the wait before the second and last attempt.
    fn wait_after(&self, refused: &Received) -> Result<Duration, Problem> {
        let named = retry_after(&refused.headers, SystemTime::now());
        let wait = named.unwrap_or(self.limits.unnamed_wait);
        let may_retry = refused
            .headers
            .get("x-should-retry")
            .is_none_or(|value| value != "false");
        if may_retry && wait <= self.limits.wait {
            return Ok(wait);
        }
        Err(problem::rate_limited(named))
    }

    /// Returns the body of a response with a success status.
    pub(super) fn accept(&self, received: Received) -> Result<Vec<u8>, Problem> {
        if !received.status.is_success() {
            return Err(self.refusal(&received));
        }
        let content_type = received.headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        if body::is_html(content_type, &received.body) {
            return Err(problem::html(self.account));
        }
        Ok(received.body)
    }

    /// Returns the problem of a response whose status is not a success.
    pub(super) fn refusal(&self, received: &Received) -> Problem {
        let location = received.headers.get("location");
        problem::refused(
            self.account,
            &problem::Refusal {
                status: received.status,
                message: body::message(&received.body, self.account),
                location: location.and_then(|value| value.to_str().ok()),
                wait: retry_after(&received.headers, SystemTime::now()),
            },
        )
    }

    fn exchange(&self, request: RequestBuilder) -> Result<Received, Problem> {
        let exchange = async {
            let response = request.send().await;
            let response =
                response.map_err(|error| problem::not_sent(self.account, self.limits, &error))?;
            self.receive(response).await
        };
        self.runtime.block_on(exchange)
    }

    async fn receive(&self, mut response: Response) -> Result<Received, Problem> {
        let mut body = Vec::new();
        loop {
            let piece = response.chunk().await;
            let piece = piece.map_err(|error| problem::cut(self.limits, body.len(), &error))?;
            let Some(piece) = piece else { break };
            let received = self.received.get() + piece.len() as u64;
            if received > self.limits.bytes {
                return Err(problem::too_large(self.limits));
            }
            self.received.set(received);
            self.watcher.received(received);
            body.extend_from_slice(&piece);
        }
        Ok(Received {
            status: response.status(),
            headers: response.headers().clone(),
            body,
        })
    }
}

fn headers(account: &Account) -> Result<HeaderMap, Problem> {
    let bearer = format!("Bearer {}", account.token.expose_secret());
    let mut bearer = HeaderValue::try_from(bearer).map_err(|error| problem::no_client(&error))?;
    bearer.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, bearer);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(headers)
}
