//! A client over a session.

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
/// Cheap to clone; clones share the session. `A` is what it may do: [`ReadOnly`], [`ReadWrite`] or
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
    /// The same client, for tools that only read.
    #[must_use]
    pub fn read_only(&self) -> Client<ReadOnly>
    where
        A: CanWrite,
    {
        self.restricted()
    }

    /// The same client, for tools that destroy nothing.
    #[must_use]
    pub fn read_write(&self) -> Client<ReadWrite>
    where
        A: CanDestroy,
    {
        self.restricted()
    }

    /// The call of `tool`, with the arguments that `request` is.
    pub fn call<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> Call<R> {
        Call::new(self.session.clone(), Prepared::from_request(tool, request))
    }

    /// The session, to be shared with another client or to be ended.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The catalog.
    pub(crate) fn catalog(&self) -> &'static CatalogSpec {
        self.catalog
    }

    /// The call of a tool with arguments that have been checked.
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
    /// The tools that this client may call, sorted by name.
    pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + use<A> {
        toolset::tools::<A>(self.catalog)
    }

    /// The tool of this name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTool`] with the nearest name; [`Error::AccessDenied`] if this client may
    /// not call it.
    pub fn tool(&self, name: &str) -> Result<&'static ToolSpec, Error> {
        toolset::find::<A>(self.catalog, name)
    }

    /// Calls a tool by its name, with arguments as a model gives them. They are checked as
    /// those of a typed call are.
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
