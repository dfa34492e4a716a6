//! What generated handles wrap: the client, as seen from one resource.

use std::fmt;

use super::Client;
use super::call::{Call, Prepared};
use super::list::Listing;
use crate::codec::{Object, Value};
use crate::tools::ToolSpec;

/// The client, as seen from one resource.
pub struct Resource<'a, A> {
    client: &'a Client<A>,
}

impl<A> Resource<'_, A> {
    /// The call of `tool`, with the arguments that `request` is.
    ///
    /// What a call asks of its answer is asked where it is awaited: asked here, it would be proven
    /// for every tool that is compiled.
    pub fn call<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> Call<R> {
        Call::new(Prepared::from_request(self.client.shared(), tool, request))
    }

    /// The same for a list, of which `R` is one record.
    pub fn list<T: Object, R: Value>(&self, tool: &'static ToolSpec, request: T) -> Listing<R> {
        Listing::new(Prepared::from_request(self.client.shared(), tool, request))
    }
}

impl<A> Client<A> {
    /// What a generated handle wraps.
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
