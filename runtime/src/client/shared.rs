//! The state of an account's client, which its clones share.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use super::retry_policy::RetryPolicy;
use crate::clock::Clock;
use crate::error::Error;
use crate::http::{BaseUrl, ReadContext, ReadFn, Response, Token, Transport};
use crate::interrupt::Interrupt;
use crate::randomness::Randomness;
use crate::rate_limit::{Gate, RateLimiter};
use crate::tools::CatalogSpec;

/// The state that clones of a client share.
pub(crate) struct Shared {
    pub(super) catalog: &'static CatalogSpec,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) randomness: Arc<dyn Randomness>,
    pub(super) token: Token,
    pub(super) account: String,
    pub(super) base_url: BaseUrl,
    /// The headers of every request.
    pub(super) headers: HeaderMap,
    pub(super) timeout: Duration,
    pub(super) attempt_timeout: Duration,
    pub(super) max_response_size: usize,
    pub(super) retry: RetryPolicy,
    pub(super) gate: Arc<Gate>,
    pub(super) payloads: Payloads,
}

impl Shared {
    pub(super) fn rate_limiter(&self) -> RateLimiter {
        RateLimiter(Arc::clone(&self.gate))
    }

    /// Reads a response. If it is not what the catalog promises, the error does not contain the
    /// token, even if the server echoes it.
    pub(super) fn read<T>(
        &self,
        response: &Response,
        read: ReadFn<T>,
        interrupt: &Interrupt,
    ) -> Result<T, Error> {
        let context = ReadContext {
            interrupt,
            scrubber: self.token.scrubber(),
        };
        let outcome = read(response, &context);
        if outcome.is_ok() || interrupt.is_raised() {
            return outcome;
        }
        match response.scrubbed() {
            Some(response) => read(&response, &context),
            None => outcome,
        }
    }
}

/// The logging of arguments and responses at level `TRACE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payloads {
    Hidden,
    Logged,
}
