//! The state of a client, which its clones and accounts share.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use super::drain::Drain;
use super::retry_policy::RetryPolicy;
use super::token::Credentials;
use crate::clock::Clock;
use crate::error::Error;
use crate::http::{BaseUrl, ReadContext, ReadFn, Response, Transport};
use crate::interrupt::Interrupt;
use crate::randomness::Randomness;
use crate::rate_limit::Lanes;
use crate::tools::CatalogSpec;

/// The state that the clones and accounts of a client share.
pub(crate) struct Shared {
    pub(super) catalog: &'static CatalogSpec,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) randomness: Arc<dyn Randomness>,
    pub(super) credentials: Credentials,
    /// The lanes of the token and of its accounts.
    pub(super) lanes: Arc<Lanes>,
    pub(super) base_url: BaseUrl,
    /// The headers of every request, except a token that changes.
    pub(super) headers: HeaderMap,
    pub(super) timeout: Duration,
    pub(super) attempt_timeout: Duration,
    pub(super) rate_limit_timeout: Duration,
    pub(super) max_response_size: usize,
    pub(super) retry: RetryPolicy,
    pub(super) payloads: Payloads,
    /// `true` if metrics have the account as a label.
    pub(super) labels_account: bool,
    pub(super) reconnect_links: ReconnectLinks,
    pub(super) drain: Arc<Drain>,
}

impl Shared {
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
            scrubber: self.credentials.scrubber(),
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

/// The links by which the user of an account connects it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReconnectLinks {
    /// None is made unless the program asks for it.
    OnRequest,
    /// An error of an account that has to be reconnected has one.
    InErrors,
}

/// The logging of arguments and responses at level `TRACE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payloads {
    Hidden,
    Logged,
}
