//! A client whose calls a session carries out.

use std::fmt;

use toolsmith_mcp::{Endpoint, Session};

use super::call::Call;
use crate::client::tool_call::ToolCall;
use crate::client::{Backend, sealed};
use crate::codec::{Json, Object, Value};
use crate::error::Error;
use crate::scrubber::Scrubber;
use crate::tools::{CatalogSpec, Full, ToolSpec};

/// A client for the tools of one server.
///
/// Cheap to clone; clones share the session.
pub type Client<A = Full> = crate::client::Client<A, SessionBackend>;

/// The backend of an MCP server: a session.
#[derive(Clone)]
pub struct SessionBackend {
    catalog: &'static CatalogSpec,
    session: Session,
    scrubber: Scrubber,
}

impl sealed::Sealed for SessionBackend {}

impl Backend for SessionBackend {
    type Call<T> = Call<T>;

    fn catalog(&self) -> &'static CatalogSpec {
        self.catalog
    }

    fn call_by_name(&self, call: Result<ToolCall, Error>) -> Call<Json> {
        Call::new(self.session.clone(), self.scrubber.clone(), call)
    }
}

impl fmt::Debug for SessionBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionBackend")
            .field("catalog", &self.catalog.name)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Opens a session with a server.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the session cannot be opened.
    pub async fn connect(
        catalog: &'static CatalogSpec,
        endpoint: impl Into<Endpoint>,
    ) -> Result<Self, Error> {
        let endpoint: Endpoint = endpoint.into();
        let scrubber = Scrubber::new(endpoint.secrets());
        let session = Session::open(endpoint)
            .await
            .map_err(|error| Error::config(scrubber.string(error.to_string())))?;
        Ok(Self::with_session(catalog, session))
    }

    /// Creates a client that uses an open session.
    #[must_use]
    pub fn with_session(catalog: &'static CatalogSpec, session: Session) -> Self {
        let scrubber = Scrubber::new(session.secrets().iter().cloned());
        Self::from_backend(SessionBackend {
            catalog,
            session,
            scrubber,
        })
    }
}

impl Client {
    /// Sets the secrets of the endpoint.
    #[cfg(test)]
    pub(super) fn with_secret(self, secret: &str) -> Self {
        let mut backend = self.backend().clone();
        backend.scrubber = Scrubber::new([secret.to_owned().into()]);
        Self::from_backend(backend)
    }
}

impl<A> Client<A> {
    /// Creates the call of `tool` with the arguments in `request`.
    #[doc(hidden)]
    pub fn call<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> Call<R> {
        Call::new(
            self.session().clone(),
            self.scrubber().clone(),
            ToolCall::from_request(tool, request),
        )
    }

    /// Returns the session, to share it with another client or to close it.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.backend().session
    }

    /// Returns the scrubber of the endpoint's secrets.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        &self.backend().scrubber
    }
}
