//! The backend of an account: HTTP, with retries and the rate limit.

use std::fmt;
use std::sync::Arc;

use super::backend::{Backend, sealed};
use super::builder::ClientBuilder;
use super::call::{Call, PreparedCall};
use super::shared::Shared;
use super::tool_call::{ToolCall, refused};
use super::{Client, Full};
use crate::clock::Clock;
use crate::codec::Json;
use crate::error::Error;
use crate::http::RequestParts;
use crate::rate_limit::RateLimiter;
use crate::scrubber::Scrubber;
use crate::tools::{CatalogSpec, ToolSpec};

/// The backend of an account: HTTP.
#[derive(Clone)]
pub struct HttpBackend(Arc<Shared>);

impl sealed::Sealed for HttpBackend {}

impl Backend for HttpBackend {
    type Call<T> = Call<T>;

    fn catalog(&self) -> &'static CatalogSpec {
        self.0.catalog
    }

    fn call_by_name(&self, call: Result<ToolCall, Error>) -> Call<Json> {
        Call::new_json(call.map(|call| PreparedCall::new(&self.0, call)))
    }

    fn describe(&self, client: &mut fmt::DebugStruct<'_, '_>) {
        client
            .field("account", &self.0.account)
            .field("base_url", &self.0.base_url.as_str());
    }
}

impl fmt::Debug for HttpBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_struct("HttpBackend");
        self.describe(&mut printed);
        printed.finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client from the environment variables that the catalog names.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`], which names the variable that is missing or invalid.
    pub fn from_env(catalog: &'static CatalogSpec) -> Result<Self, Error> {
        ClientBuilder::from_env(catalog).build()
    }

    /// Returns a builder of a client.
    pub fn builder(catalog: &'static CatalogSpec) -> ClientBuilder<Self> {
        ClientBuilder::new(catalog)
    }

    pub(super) fn from_shared(shared: Shared) -> Client<Full> {
        Client::from_backend(HttpBackend(Arc::new(shared)))
    }
}

impl<A> Client<A> {
    /// Returns the rate limiter, which shows what is left of the rate limit.
    #[must_use]
    pub fn rate_limiter(&self) -> RateLimiter {
        self.shared().rate_limiter()
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.backend().0
    }

    /// Returns the integrated account.
    pub(crate) fn account(&self) -> &str {
        &self.shared().account
    }

    /// Returns the scrubber of the client's secrets.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        self.shared().token.scrubber()
    }

    /// Returns the clock of the client.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.shared().clock)
    }

    /// Returns the parts of the request that a call with valid arguments would send.
    pub(crate) fn request_parts(
        &self,
        spec: &'static ToolSpec,
        arguments: &Json,
    ) -> Result<RequestParts, Error> {
        RequestParts::build(spec, &self.shared().account, arguments, None)
            .map_err(|source| refused(spec, source))
    }
}
