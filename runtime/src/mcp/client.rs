//! The client of an MCP server.

use std::fmt;
use std::marker::PhantomData;

use toolsmith_mcp::{Endpoint, Session};

use super::call::Call;
use crate::client::toolset::{self, Prepared};
use crate::codec::{Json, Object, Value};
use crate::error::Error;
use crate::tools::{
    Access, CanDestroy, CanWrite, CatalogSpec, Full, ReadOnly, ReadWrite, ToolSpec,
};

/// A client for the tools of one server.
///
/// Cloning is cheap; clones share the session. `A` is the access level: [`ReadOnly`], [`ReadWrite`] or
/// [`Full`].
pub struct Client<A = Full> {
    catalog: &'static CatalogSpec,
    session: Session,
    access: PhantomData<A>,
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
        let session = Session::open(endpoint).await;
        let session = session.map_err(|error| Error::config(error.to_string()))?;
        Ok(Self::with_session(catalog, session))
    }

    /// Creates a client that uses an open session.
    #[must_use]
    pub fn with_session(catalog: &'static CatalogSpec, session: Session) -> Self {
        Self {
            catalog,
            session,
            access: PhantomData,
        }
    }
}

impl<A> Client<A> {
    /// Returns a client for the tools that only read.
    #[must_use]
    pub fn read_only(&self) -> Client<ReadOnly>
    where
        A: CanWrite,
    {
        self.restricted()
    }

    /// Returns a client for the tools that are not destructive.
    #[must_use]
    pub fn read_write(&self) -> Client<ReadWrite>
    where
        A: CanDestroy,
    {
        self.restricted()
    }

    /// Creates a call of `tool` with the arguments in `request`.
    pub fn call<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> Call<R> {
        Call::new(self.session.clone(), Prepared::from_request(tool, request))
    }

    /// Returns the session, to share it with another client or to close it.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the catalog.
    pub(crate) fn catalog(&self) -> &'static CatalogSpec {
        self.catalog
    }

    /// Creates a call of a tool with checked arguments.
    pub(crate) fn call_checked(&self, spec: &'static ToolSpec, arguments: Json) -> Call<Json> {
        Call::new(self.session.clone(), Ok(Prepared { spec, arguments }))
    }

    fn restricted<B>(&self) -> Client<B> {
        Client {
            catalog: self.catalog,
            session: self.session.clone(),
            access: PhantomData,
        }
    }
}

impl<A: Access> Client<A> {
    /// Returns the tools that this client may call, sorted by name.
    pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + use<A> {
        toolset::tools::<A>(self.catalog)
    }

    /// Returns the tool with this name.
    ///
    /// # Errors
    ///
    /// Returns [`Error::UnknownTool`] with a suggestion if the tool does not exist, or
    /// [`Error::AccessDenied`] if this client may not call it.
    pub fn tool(&self, name: &str) -> Result<&'static ToolSpec, Error> {
        toolset::find::<A>(self.catalog, name)
    }

    /// Calls a tool by name with JSON arguments, for example from a model. They are checked like those
    /// of a typed call.
    pub fn call_tool(&self, name: &str, arguments: Json) -> Call<Json> {
        let prepared = Prepared::by_name::<A>(self.catalog, name, arguments);
        Call::new(self.session.clone(), prepared)
    }
}

impl<A> Clone for Client<A> {
    fn clone(&self) -> Self {
        self.restricted()
    }
}

impl<A> fmt::Debug for Client<A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("catalog", &self.catalog.name)
            .finish_non_exhaustive()
    }
}
