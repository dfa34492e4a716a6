//! The connections of a transport, which can be left for new ones.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::timed_out;
use crate::error::{TransportError, TransportErrorKind};

/// A function that creates an HTTP client.
pub(super) type MakeClient = Arc<dyn Fn() -> Result<reqwest::Client, reqwest::Error> + Send + Sync>;

/// A pool of connections. HTTP/2 sends all requests over one connection, and a request that has no
/// response does not close it. So after an attempt that timed out without a response, the next ones
/// use a new pool. Requests in flight keep the old one.
#[derive(Clone)]
pub(super) struct Connections {
    /// `None` for a client of the program, which cannot be created again.
    make: Option<MakeClient>,
    pool: Arc<RwLock<Pool>>,
}

struct Pool {
    /// Created when the first request is sent.
    client: Option<reqwest::Client>,
    /// The number of pools that were left.
    number: u64,
}

impl Connections {
    /// Creates connections of a client, which is created when the first request is sent.
    pub(super) fn lazy(make: MakeClient) -> Self {
        Self::new(Some(make), None)
    }

    /// Uses a client of the program.
    pub(super) fn of_client(client: reqwest::Client) -> Self {
        Self::new(None, Some(client))
    }

    fn new(make: Option<MakeClient>, client: Option<reqwest::Client>) -> Self {
        let pool = Pool { client, number: 0 };
        Self {
            make,
            pool: Arc::new(RwLock::new(pool)),
        }
    }

    /// Creates the client now, so that an error is not found later.
    pub(super) fn open(&self) -> Result<(), reqwest::Error> {
        let mut pool = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        if let (None, Some(make)) = (&pool.client, &self.make) {
            pool.client = Some(make()?);
        }
        Ok(())
    }

    /// Sends a started request. If its future is dropped because its time is over, the connections are
    /// left.
    pub(super) async fn finish(
        &self,
        (sent, number): (
            impl Future<Output = Result<reqwest::Response, reqwest::Error>>,
            u64,
        ),
    ) -> Result<reqwest::Response, SendError> {
        let mut waiting = Waiting {
            connections: self,
            number,
            is_over: false,
        };
        let outcome = sent.await;
        waiting.is_over = true;
        // The client of the program may have another timeout.
        let is_timeout = |error: &reqwest::Error| error.is_timeout() && !error.is_connect();
        if outcome.as_ref().is_err_and(is_timeout) {
            self.leave(number);
        }
        outcome.map_err(SendError::Request)
    }

    /// Creates the future of a request, with the number of the pool that sends it.
    pub(super) fn start(
        &self,
        request: reqwest::Request,
    ) -> Result<
        (
            impl Future<Output = Result<reqwest::Response, reqwest::Error>> + use<>,
            u64,
        ),
        SendError,
    > {
        loop {
            let pool = self.pool.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(client) = &pool.client {
                return Ok((client.execute(request), pool.number));
            }
            drop(pool);
            self.open().map_err(SendError::Client)?;
        }
    }

    /// Leaves the connections of pool `number`, unless they were left already.
    fn leave(&self, number: u64) {
        if self.make.is_none() {
            return;
        }
        let mut pool = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        if pool.number == number {
            pool.client = None;
            pool.number += 1;
        }
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connections")
            .finish_non_exhaustive()
    }
}

/// The error of a request.
pub(super) enum SendError {
    /// The client cannot be created.
    Client(reqwest::Error),
    Request(reqwest::Error),
}

impl SendError {
    /// Converts the error of a client that cannot be created.
    pub(super) fn into_transport_error(
        self,
        convert: impl FnOnce(reqwest::Error) -> TransportError,
    ) -> TransportError {
        match self {
            Self::Request(error) => convert(error),
            Self::Client(error) => {
                let message = "the HTTP client cannot be set up";
                TransportError::new(TransportErrorKind::Request, message).with_source(error)
            }
        }
    }
}

/// A request without a response. If it is dropped because its attempt timed out, the connections
/// are left.
struct Waiting<'a> {
    connections: &'a Connections,
    number: u64,
    is_over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.is_over && timed_out::is_set() {
            self.connections.leave(self.number);
        }
    }
}
