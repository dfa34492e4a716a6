//! What every generated crate needs while it runs.

mod access;
mod auth;
mod call;
mod catalog;
mod client;
mod codec;
#[doc(hidden)]
pub mod codegen;
mod deleted;
mod error;
mod limit;
mod page;
mod resource;
mod response;
mod retry;
mod time;
mod tool;
mod transport;
mod uri;

// So that the tests' catalog reads as generated code does.
#[cfg(test)]
extern crate self as toolsmith_runtime;
#[cfg(test)]
mod tests;

pub use access::{Access, CanDestroy, CanWrite, Full, ReadOnly, ReadWrite};
pub use call::{Call, CallFuture};
pub use catalog::{CatalogSpec, Variables};
pub use client::{Client, ClientBuilder};
pub use codec::{ArgumentError, Date, DateTime, Extra, Json, Nullable, Open, Problem, ProblemKind};
pub use deleted::Deleted;
pub use error::{
    ApiError, DecodeError, DecodeProblem, Envelope, Error, RateLimitedError, TransportError,
    TransportErrorKind,
};
pub use limit::RateLimit;
pub use page::{Collected, Items, Listing, Page, Pages, Rejected};
pub use resource::Resource;
pub use response::Response;
pub use retry::Retry;
pub use secrecy::SecretString;
pub use time::{Clock, Sleep, SystemClock};
pub use tool::{Effect, Tool, ToolSpec};
pub use transport::{Body, HttpTransport, Transport, TransportFuture};
#[cfg(any(test, feature = "test-util"))]
pub use transport::{MemoryTransport, Received, Reply};
