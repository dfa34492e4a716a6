//! A client whose calls a function handler carries out.

use std::fmt;
use std::sync::Arc;

use super::call::FunctionCall;
use super::handler::{AnyHandler, FunctionHandler};
use crate::client::tool_call::ToolCall;
use crate::client::{Backend, sealed};
use crate::codec::{Json, Object, Value};
use crate::error::Error;
use crate::tools::{CatalogSpec, Full, ToolSpec};

/// A client for the functions of one catalog, whose calls a [`FunctionHandler`] carries out.
///
/// Cheap to clone; clones share the handler.
pub type Client<A = Full> = crate::client::Client<A, FunctionBackend>;

/// The backend of functions: the handler of the program.
#[derive(Clone)]
pub struct FunctionBackend {
    catalog: &'static CatalogSpec,
    handler: Arc<dyn AnyHandler>,
}

impl sealed::Sealed for FunctionBackend {}

impl Backend for FunctionBackend {
    type Call<T> = FunctionCall<T>;

    fn catalog(&self) -> &'static CatalogSpec {
        self.catalog
    }

    fn call_by_name(&self, call: Result<ToolCall, Error>) -> FunctionCall<Json> {
        FunctionCall::new(self.catalog, Arc::clone(&self.handler), call)
    }
}

impl fmt::Debug for FunctionBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FunctionBackend")
            .field("catalog", &self.catalog.name)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client that passes its calls to `handler`.
    #[must_use]
    pub fn new(catalog: &'static CatalogSpec, handler: impl FunctionHandler) -> Self {
        Self::from_backend(FunctionBackend {
            catalog,
            handler: Arc::new(handler),
        })
    }
}

impl<A> Client<A> {
    /// Creates the call of `tool` with the arguments in `request`.
    #[doc(hidden)]
    pub fn call<T: Object, R: Value>(
        &self,
        tool: &'static ToolSpec,
        request: T,
    ) -> FunctionCall<R> {
        let backend = self.backend();
        let prepared = ToolCall::from_request(tool, request);
        FunctionCall::new(backend.catalog, Arc::clone(&backend.handler), prepared)
    }
}
