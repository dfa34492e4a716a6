//! A client around a handler.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::call::Call;
use super::handler::{AnyHandler, FunctionHandler};
use crate::client::toolset::{self, Prepared};
use crate::codec::{Json, Object, Value};
use crate::error::Error;
use crate::tools::{
    Access, CanDestroy, CanWrite, CatalogSpec, Full, ReadOnly, ReadWrite, ToolSpec,
};

/// A client for the functions of one catalog, whose calls a [`FunctionHandler`] carries out.
///
/// Cheap to clone; clones share the handler. `A` is what it may do: [`ReadOnly`], [`ReadWrite`] or
/// [`Full`].
pub struct Client<A = Full> {
    catalog: &'static CatalogSpec,
    handler: Arc<dyn AnyHandler>,
    access: PhantomData<A>,
}

impl Client {
    /// A client whose calls `handler` carries out.
    #[must_use]
    pub fn new(catalog: &'static CatalogSpec, handler: impl FunctionHandler) -> Self {
        Self {
            catalog,
            handler: Arc::new(handler),
            access: PhantomData,
        }
    }
}

impl<A> Client<A> {
    /// The same client, for functions that only read.
    #[must_use]
    pub fn read_only(&self) -> Client<ReadOnly>
    where
        A: CanWrite,
    {
        self.restricted()
    }

    /// The same client, for functions that destroy nothing.
    #[must_use]
    pub fn read_write(&self) -> Client<ReadWrite>
    where
        A: CanDestroy,
    {
        self.restricted()
    }

    /// The call of `tool`, with the arguments that `request` is.
    pub fn call<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> Call<R> {
        Call::new(
            Arc::clone(&self.handler),
            Prepared::from_request(tool, request),
        )
    }

    /// The catalog.
    pub(crate) fn catalog(&self) -> &'static CatalogSpec {
        self.catalog
    }

    /// The call of a tool with arguments that have been checked.
    pub(crate) fn call_checked(&self, spec: &'static ToolSpec, arguments: Json) -> Call<Json> {
        Call::new(Arc::clone(&self.handler), Ok(Prepared { spec, arguments }))
    }

    fn restricted<B>(&self) -> Client<B> {
        Client {
            catalog: self.catalog,
            handler: Arc::clone(&self.handler),
            access: PhantomData,
        }
    }
}

impl<A: Access> Client<A> {
    /// The functions that this client may call, sorted by name.
    pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + use<A> {
        toolset::tools::<A>(self.catalog)
    }

    /// The function of this name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTool`] with the nearest name; [`Error::AccessDenied`] if this client may
    /// not call it.
    pub fn tool(&self, name: &str) -> Result<&'static ToolSpec, Error> {
        toolset::find::<A>(self.catalog, name)
    }

    /// Calls a function by its name, with arguments as a model gives them. They are checked as
    /// those of a typed call are.
    pub fn call_tool(&self, name: &str, arguments: Json) -> Call<Json> {
        let prepared = Prepared::by_name::<A>(self.catalog, name, arguments);
        Call::new(Arc::clone(&self.handler), prepared)
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
