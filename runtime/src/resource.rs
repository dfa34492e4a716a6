//! What generated handles wrap: the client, as seen from one resource.

use std::fmt;

use crate::call::{Call, Prepared};
use crate::client::Client;
use crate::page::Listing;
use crate::tool::Tool;

/// The client, as seen from one resource.
pub struct Resource<'a, A> {
    client: &'a Client<A>,
}

impl<A> Resource<'_, A> {
    /// The call of the tool that `request` is the arguments of.
    pub fn call<T: Tool>(&self, request: T) -> Call<T::Answer> {
        Call::new(Prepared::from_request(self.client.shared(), request))
    }

    /// The same for a list, of which `T::Answer` is one record.
    pub fn list<T: Tool>(&self, request: T) -> Listing<T::Answer> {
        Listing::new(Prepared::from_request(self.client.shared(), request))
    }
}

impl<A> Client<A> {
    /// What a generated handle wraps.
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
