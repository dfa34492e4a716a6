//! What every generated crate needs while it runs.
//!
//! A crate that Toolsmith generates holds types and names; everything that acts is here:
//!
//! | what | where |
//! |---|---|
//! | a client of one account, and what it may do | [`Client`], [`ReadOnly`], [`ReadWrite`], [`Full`] |
//! | setting it up, from the environment or by hand | [`ClientBuilder`] |
//! | a call, with its options | [`Call`], [`Retry`], [`Response`] |
//! | a list: a page, a stream, all of it | [`Listing`], [`Page`], [`Pages`], [`Items`], [`Collected`] |
//! | what can go wrong | [`Error`], [`ArgumentError`], [`TransportError`] |
//! | what is left of the rate limit | [`RateLimit`] |
//! | what carries requests, over HTTP or in tests | [`Transport`], [`HttpTransport`], `MemoryTransport` (feature `test-util`) |
//! | values that a struct cannot say alone | [`Nullable`], [`Open`], [`DateTime`], [`Json`] |
//! | tools as data, for models | [`ToolSpec`], [`CatalogSpec`], [`Client::call_tool`] |
//!
//! Most of it is met through a generated crate. What a model asks for is called by name:
//!
//! ```
//! use toolsmith_runtime::{Client, Error, Json};
//!
//! /// What a model is told when it calls a tool.
//! async fn answer(client: &Client, tool: &str, arguments: Json) -> Result<String, Error> {
//!     match client.call_tool(tool, arguments).await {
//!         Ok(answer) => Ok(answer.to_string()),
//!         // Written for a model that is to try again: every problem, the nearest right names.
//!         Err(error @ (Error::Arguments { .. } | Error::UnknownTool { .. })) => {
//!             Ok(error.to_string())
//!         }
//!         Err(error) => Err(error),
//!     }
//! }
//! ```
//!
//! # Tracing
//!
//! Each call is a `tracing` span `toolsmith.call` at level `INFO` with the fields `catalog`,
//! `tool`, `attempts`, `duration_ms` and, if there was an answer, `status`. A wait before another
//! try is an event at level `DEBUG` with `tool`, `attempt`, `wait_ms` and `reason`. Neither holds
//! arguments, answers or the token.

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
mod gate;
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
pub use client::{Client, ClientBuilder, Download};
pub use codec::{ArgumentError, Date, DateTime, Extra, Json, Nullable, Open, Problem, ProblemKind};
pub use deleted::Deleted;
pub use error::{
    ApiError, DecodeError, DecodeProblem, Envelope, Error, Insight, RateLimitedError,
    TransportError, TransportErrorKind, Try,
};
pub use gate::{Budget, BudgetState, BudgetWatch, RateLimits};
pub use limit::RateLimit;
pub use page::{Collected, Items, Listing, Page, Pages, Rejected};
pub use resource::Resource;
pub use response::Response;
pub use retry::Retry;
pub use secrecy::SecretString;
pub use time::{Clock, Sleep, SystemClock};
pub use tool::{Effect, Tool, ToolSpec};
#[cfg(feature = "reqwest")]
pub use transport::HttpTransport;
pub use transport::{Body, Transport, TransportFuture};
#[cfg(any(test, feature = "test-util"))]
pub use transport::{MemoryTransport, Player, Received, Recorder, Reply};
#[cfg(feature = "tower")]
pub use transport::{TowerTransport, TransportService};
