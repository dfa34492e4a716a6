//! Clients and their calls.
//!
//! A [`Client`] carries out the calls of one catalog by its backend: an account over HTTP, a
//! [function handler](crate::functions), or a session with an MCP server.

mod account;
mod account_requests;
mod backend;
mod builder;
mod call;
mod deleted;
mod download;
mod drain;
mod exchange;
mod http_backend;
mod list;
pub(crate) mod observe;
mod options;
mod resource;
mod retry_policy;
mod shared;
mod token;
pub(crate) mod tool_call;
pub(crate) mod verify;

use std::fmt;
use std::marker::PhantomData;

pub use account_requests::account_status::AccountStatus;
pub use backend::Backend;
pub(crate) use backend::sealed;
pub use builder::ClientBuilder;
pub use call::{Call, CallFuture};
pub use deleted::Deleted;
pub use download::Download;
pub use drain::Drained;
pub use http_backend::HttpBackend;
pub(crate) use list::next_cursor;
pub use list::{Collected, Items, Listing, Page, Pages, Records, Rejected};
#[doc(hidden)]
pub use list::{InMemory, Received, Streamed, Unsent};
#[cfg(test)]
pub(crate) use list::{read_page, read_page_by_record, read_quickly};
#[doc(hidden)]
pub use resource::Resource;
pub use retry_policy::RetryPolicy;
pub use token::{AccessToken, TokenFuture, TokenProvider};

use crate::codec::Json;
use crate::error::Error;
use crate::tools::{Access, CanDestroy, CatalogSpec, Full, ReadOnly, ReadWrite, ToolSpec};
use tool_call::ToolCall;

/// A client for the tools of one catalog.
///
/// Cheap to clone; clones share connections and the rate limiter. `A` is the access of the client:
/// [`ReadOnly`], [`ReadWrite`] or [`Full`].
pub struct Client<A = Full, B = HttpBackend> {
    backend: B,
    access: PhantomData<A>,
}

impl<A, B: Backend> Client<A, B> {
    pub(crate) fn from_backend(backend: B) -> Self {
        Self {
            backend,
            access: PhantomData,
        }
    }

    /// Returns the same client, restricted to tools that read.
    #[must_use]
    pub fn read_only(&self) -> Client<ReadOnly, B> {
        Client::from_backend(self.backend.clone())
    }

    /// Returns the same client without access to destructive tools.
    #[must_use]
    pub fn read_write(&self) -> Client<ReadWrite, B>
    where
        A: CanDestroy,
    {
        Client::from_backend(self.backend.clone())
    }

    pub(crate) fn backend(&self) -> &B {
        &self.backend
    }

    pub(crate) fn catalog(&self) -> &'static CatalogSpec {
        self.backend.catalog()
    }

    /// Creates the call of a tool with valid arguments.
    pub(crate) fn call_checked(&self, spec: &'static ToolSpec, arguments: Json) -> B::Call<Json> {
        self.backend
            .call_by_name(ToolCall::new(spec, Ok(arguments)))
    }
}

impl<A: Access, B: Backend> Client<A, B> {
    /// Returns the tools that this client may call, sorted by name.
    pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + use<A, B> {
        let tools = self.catalog().tools.iter().copied();
        tools.filter(|tool| A::allows(tool.effect))
    }

    /// Returns the tool of this name.
    ///
    /// # Errors
    ///
    /// Returns [`Error::UnknownTool`] with the most similar name, or [`Error::AccessDenied`] if
    /// this client may not call the tool.
    pub fn tool(&self, name: &str) -> Result<&'static ToolSpec, Error> {
        let catalog = self.catalog();
        match catalog.tool(name) {
            Some(tool) if A::allows(tool.effect) => Ok(tool),
            Some(tool) => Err(Error::AccessDenied {
                tool: tool.name,
                effect: tool.effect,
                context: None,
            }),
            None => Err(Error::UnknownTool {
                name: name.to_owned(),
                nearest: catalog.nearest_name(name),
                context: None,
            }),
        }
    }

    /// Calls a tool by name, with arguments as a model writes them.
    ///
    /// The arguments are checked like those of a typed call. Over HTTP, a list returns one page
    /// unchanged: `{"result": […], "next_cursor": …}`.
    pub fn call_tool(&self, name: &str, arguments: Json) -> B::Call<Json> {
        let check = |spec: &'static ToolSpec| ToolCall::new(spec, spec.check_owned(arguments));
        self.backend.call_by_name(self.tool(name).and_then(check))
    }
}

impl<A, B: Backend> Clone for Client<A, B> {
    fn clone(&self) -> Self {
        Self::from_backend(self.backend.clone())
    }
}

impl<A, B: Backend> fmt::Debug for Client<A, B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_struct("Client");
        printed.field("catalog", &self.catalog().name);
        self.backend.describe(&mut printed);
        printed.finish_non_exhaustive()
    }
}
