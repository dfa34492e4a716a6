//! The client behind the generated handle of a resource.

use std::fmt;

use super::Client;
use super::call::Call;
use super::list::Listing;
use crate::client::call::prepared_call::PreparedCall;
use crate::codec::{Object, Value};
use crate::tools::ToolSpec;

/// The client behind the generated handle of a resource.
pub struct Resource<'a, A> {
    client: &'a Client<A>,
}

impl<A> Resource<'_, A> {
    /// Creates the call of `tool` with the arguments in `request`.
    ///
    /// The bounds on the result are at the `await` of the call. Here, the compiler would prove them
    /// for every tool.
    pub fn call<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> Call<R> {
        Call::new(PreparedCall::from_request(
            self.client.own_account(),
            tool,
            request,
        ))
    }

    /// Creates the call of a list, of which `R` is one record.
    pub fn list<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> Listing<R> {
        Listing::new(PreparedCall::from_request(
            self.client.own_account(),
            tool,
            request,
        ))
    }

    /// Writes the generated handle `name` as a derived `Debug` does.
    #[doc(hidden)]
    pub fn debug_handle(&self, name: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple(name).field(self).finish()
    }
}

impl<A> Client<A> {
    /// Returns the client behind a generated handle.
    #[doc(hidden)]
    #[must_use]
    pub fn resource(&self) -> Resource<'_, A> {
        Resource { client: self }
    }
}

impl<A> Clone for Resource<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Resource<'_, A> {}

impl<A> fmt::Debug for Resource<'_, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Resource")
            .field("client", self.client)
            .finish()
    }
}
