//! The HTTP client of an endpoint, which can be left for a new one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response};
use tokio::time::Instant;

/// The time for which a request waits before its end says something about the connection.
const MIN_SILENCE: Duration = Duration::from_millis(50);

/// The HTTP clients of an endpoint, one after the other. Clones share them.
///
/// HTTP/2 sends all requests over one connection, and a request that has no response does not close it.
/// So after a request whose caller stopped waiting while the server was silent, the next ones use a new
/// client. Requests in flight keep the old one.
#[derive(Clone)]
pub(crate) struct Clients(Arc<Shared>);

struct Shared {
    make: Box<dyn Fn() -> reqwest::Result<Client> + Send + Sync>,
    current: Mutex<Current>,
}

struct Current {
    client: Client,
    /// `true` if the next request uses another client.
    is_left: bool,
    /// The number of clients before this one.
    number: u64,
    /// The number of responses to its requests.
    responses: u64,
}

impl Clients {
    /// Creates the first client.
    ///
    /// # Errors
    ///
    /// Returns the error of `make`.
    pub(crate) fn new(
        make: impl Fn() -> reqwest::Result<Client> + Send + Sync + 'static,
    ) -> reqwest::Result<Self> {
        let current = Current {
            client: make()?,
            is_left: false,
            number: 0,
            responses: 0,
        };
        Ok(Self(Arc::new(Shared {
            make: Box::new(make),
            current: Mutex::new(current),
        })))
    }

    /// Sends a request and waits for the head of its response.
    ///
    /// # Errors
    ///
    /// Returns the error of the client.
    pub(super) async fn send(
        &self,
        request: impl FnOnce(&Client) -> RequestBuilder,
    ) -> reqwest::Result<Response> {
        let (request, mut waiting) = {
            let mut current = self.current();
            if current.is_left
                && let Ok(client) = (self.0.make)()
            {
                current.client = client;
                current.is_left = false;
                current.number += 1;
                current.responses = 0;
            }
            let waiting = Waiting {
                clients: self,
                number: current.number,
                responses: current.responses,
                since: Instant::now(),
                is_silent: true,
            };
            (request(&current.client), waiting)
        };
        let outcome = request.send().await;
        // A connection that was lost is closed.
        waiting.is_silent = outcome.as_ref().is_err_and(reqwest::Error::is_timeout);
        if outcome.is_ok() {
            let mut current = self.current();
            current.responses += u64::from(current.number == waiting.number);
        }
        outcome
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.0
            .current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request without a response. If it is dropped, the client is left, unless it had another response
/// meanwhile.
struct Waiting<'a> {
    clients: &'a Clients,
    number: u64,
    responses: u64,
    since: Instant,
    is_silent: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.is_silent || self.since.elapsed() < MIN_SILENCE {
            return;
        }
        let mut current = self.clients.current();
        if (current.number, current.responses) == (self.number, self.responses) {
            current.is_left = true;
        }
    }
}
