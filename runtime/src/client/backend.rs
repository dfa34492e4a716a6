//! The part of a client that carries out calls: HTTP, a function handler, or an MCP session.

use std::fmt;

use super::tool_call::ToolCall;
use crate::codec::Json;
use crate::error::Error;
use crate::tools::CatalogSpec;

/// The part of a [`Client`](super::Client) that carries out calls.
///
/// Sealed: the backends are those of accounts, of [functions](crate::functions) and of MCP servers.
pub trait Backend: sealed::Sealed + Clone + Send + Sync + 'static {
    /// A call whose result is a `T`.
    type Call<T>;

    /// Returns the catalog.
    #[doc(hidden)]
    fn catalog(&self) -> &'static CatalogSpec;

    /// Creates a call by name; errors are returned when the call is awaited.
    #[doc(hidden)]
    fn call_by_name(&self, call: Result<ToolCall, Error>) -> Self::Call<Json>;

    /// Adds what `Debug` shows of the client.
    #[doc(hidden)]
    fn describe(&self, _client: &mut fmt::DebugStruct<'_, '_>) {}
}

pub(crate) mod sealed {
    pub trait Sealed {}
}
