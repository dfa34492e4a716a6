//! A client whose calls a session carries out.

use std::fmt;

use toolsmith_mcp::Session;

use super::call::McpCall;
use super::exchange::{DEFAULT_TIMEOUT, Shared};
use crate::client::tool_call::ToolCall;
use crate::client::{Backend, sealed};
use crate::codec::{Json, Object, Value};
use crate::error::Error;
use crate::rate_limit::{Quota, RateLimiter};
use crate::scrubber::Scrubber;
use crate::tools::{CatalogSpec, Full, ToolSpec};

/// A client for the tools of one server.
///
/// Cheap to clone; clones share the session.
pub type Client<A = Full> = crate::client::Client<A, SessionBackend>;

/// The backend of an MCP server: a session.
#[derive(Clone)]
pub struct SessionBackend(Shared);

impl sealed::Sealed for SessionBackend {}

impl Backend for SessionBackend {
    type Call<T> = McpCall<T>;

    fn catalog(&self) -> &'static CatalogSpec {
        self.0.catalog
    }

    fn call_by_name(&self, call: Result<ToolCall, Error>) -> McpCall<Json> {
        McpCall::new(self.0.clone(), call)
    }
}

impl fmt::Debug for SessionBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionBackend")
            .field("catalog", &self.0.catalog.name)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client that uses an open session.
    #[must_use]
    pub fn with_session(catalog: &'static CatalogSpec, session: Session) -> Self {
        let quota = Quota::unlimited();
        Self::from_shared(Shared::new(catalog, session, DEFAULT_TIMEOUT, quota))
    }

    pub(super) fn from_shared(shared: Shared) -> Self {
        Self::from_backend(SessionBackend(shared))
    }

    /// Sets the secrets of the endpoint.
    #[cfg(test)]
    pub(super) fn with_secret(self, secret: &str) -> Self {
        let mut backend = self.backend().clone();
        backend.0.set_secrets([secret.to_owned().into()]);
        Self::from_backend(backend)
    }
}

impl<A> Client<A> {
    /// Creates the call of `tool` with the arguments in `request`.
    #[doc(hidden)]
    pub fn call<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> McpCall<R> {
        McpCall::new(
            self.backend().0.clone(),
            ToolCall::from_request(tool, request),
        )
    }

    /// Returns the session, to share it with another client or to close it.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.backend().0.session
    }

    /// Returns the rate limiter of this client, which its clones share.
    #[must_use]
    pub fn rate_limiter(&self) -> RateLimiter {
        self.backend().0.rate_limiter()
    }

    /// Returns the state that clones share.
    pub(super) fn shared(&self) -> &Shared {
        &self.backend().0
    }

    /// Returns the scrubber of the endpoint's secrets.
    pub(crate) fn scrubber(&self) -> Scrubber {
        self.backend().0.scrubber()
    }
}
