//! What every generated crate needs while it runs.
//!
//! A crate that Toolsmith generates holds types and names; everything that acts is here:
//!
//! | what | where |
//! |---|---|
//! | a client of one account, and what it may do | [`Client`], [`ReadOnly`], [`ReadWrite`], [`Full`] |
//! | setting it up, from the environment or by hand | [`ClientBuilder`] |
//! | a call, with its options | [`Call`], [`RetryPolicy`], [`Response`] |
//! | a list: a page, a stream, all of it | [`Listing`], [`Page`], [`Pages`], [`Items`], [`Collected`] |
//! | what can go wrong | [`Error`], [`ArgumentError`], [`RecordError`], [`TransportError`] |
//! | what is left of the rate limit | [`RateLimiter`], [`Quota`], [`RateLimit`] |
//! | what carries requests, over HTTP or in tests | [`Transport`], `HttpTransport` (feature `reqwest`), `MemoryTransport`, `Recorder` and `Replayer` (feature `test-util`) |
//! | bodies that are not JSON | [`Call::upload`], [`Call::stream`], [`Download`] |
//! | values that a struct cannot say alone | [`Nullable`], [`Open`], [`DateTime`], [`Json`] |
//! | plain functions, which a program carries out itself | [`functions`] |
//! | tools of an MCP server | `mcp` (feature `mcp`) |
//! | tools as data, for models | [`ToolSpec`], [`CatalogSpec`], [`ToolFilter`], [`Client::call_tool`] |
//! | tools that a model calls: refusals that it can act on, policies, answers of a bounded size | [`agent`] |
//! | tools as OpenAI, Anthropic, Gemini and MCP take them | [`dialect`] |
//! | the same for an MCP client, `rig` and `async-openai` | [`adapters`] |
//! | what a call does while it is awaited | [`progress`] |
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
//! # Rate limits
//!
//! Every try of a call passes a gate that all calls with the same token and account share, in all
//! clients of the process that have the same address. It is fed by the headers of every answer.
//! When the window is spent, calls wait in the order in which they came; when the next one begins,
//! one goes first to see that it has, and then as many as it holds. Before the first answer at most
//! ten calls are under way, and ten more may start each second.
//!
//! A call whose turn would come later than its time is over fails at once with
//! [`Error::RateLimited`], which says how long it would have been. See [`Client::rate_limiter`] for what
//! is left and [`ClientBuilder::quota`] for limits that are kept from this side.
//!
//! # Tracing and metrics
//!
//! With `tracing`, all under the target `toolsmith`; names and fields do not change:
//!
//! | kind | level | name or message | fields |
//! |---|---|---|---|
//! | span | `INFO` | `toolsmith.call` | `catalog`, `tool`, `status`, `attempts`, `duration_ms` |
//! | span in it | `DEBUG` | `toolsmith.attempt` | `tool`, `attempt`, `status`, `duration_ms` |
//! | event | `DEBUG` | `waited for the rate limit` | `tool`, `attempt`, `wait_ms` |
//! | event | `DEBUG` | `the wait for the rate limit is too long` | `tool`, `wait_ms`, `ahead` |
//! | event | `DEBUG` | `retrying` | `tool`, `attempt`, `wait_ms`, `reason`: a status or a kind |
//! | event | `DEBUG` | `the call was cancelled` | `tool`, `attempts`, `duration_ms`: its future was dropped |
//! | event | `INFO` | `tool call` | `stage`, `tool`, `effect`, `decision`, `by`, `reason`, `outcome`, `duration_ms`: a call of a [toolbox](agent::Toolbox) |
//! | event | `ERROR` | `a tool call was not recorded` | `tool`, `failure`: what an [audit](agent::Audit) says |
//! | event | `WARN` | `a list came back to a cursor that it was at already; it ends here` | |
//! | event | `TRACE` | `arguments`, `answer` | `tool`, and `arguments` or `answer`: only with [`ClientBuilder::log_payloads`], secrets hidden |
//!
//! Calls of [`functions`] and of MCP tools have the first span with `tool` alone.
//!
//! With the feature `metrics`, by the facade of that crate:
//!
//! | kind | name | labels |
//! |---|---|---|
//! | counter | `toolsmith_calls_total` | `catalog`, `tool`, `outcome`: `answered`, `api_error`, `rate_limited`, `timeout`, `transport`, `cancelled`, `failed` |
//! | counter | `toolsmith_attempts_total` | `catalog`, `tool` |
//! | histogram | `toolsmith_call_seconds` | `catalog`, `tool` |
//! | histogram | `toolsmith_wait_seconds` | `tool`, `reason`: `rate_limit`, `retry` |
//!
//! The token is in none of it.
//!
//! # Features
//!
//! | feature | is |
//! |---|---|
//! | `reqwest` | HTTP; on unless switched off. Without it the crate compiles for `wasm32-unknown-unknown`, and a client is given a transport and a clock |
//! | `gzip` | compressed answers are asked for and unpacked; without it one is refused |
//! | `metrics` | counts, by the facade of that crate |
//! | `tower` | layers of `tower` around a transport |
//! | `mcp` | clients of MCP servers, by `rmcp` |
//! | `mcp-server` | a toolbox as an MCP server, over the standard streams or HTTP |
//! | `async-openai` | a toolbox in the types of `async-openai` |
//! | `rig` | a toolbox as tools of `rig`; needs a newer Rust than the rest |
//! | `test-util` | transports for tests: in memory, a recorder, a player |

pub mod adapters;
pub mod agent;
pub mod client;
pub mod clock;
mod codec;
#[doc(hidden)]
pub mod codegen;
pub mod dialect;
pub mod error;
mod http;
mod json_pointer;
#[cfg(feature = "mcp-client")]
pub mod mcp;
pub mod progress;
pub mod randomness;
pub mod rate_limit;
mod redactor;
mod single_line;
pub mod tools;

// So that the tests' catalog reads as generated code does.
#[cfg(test)]
extern crate self as toolsmith_runtime;
#[cfg(test)]
mod tests;

pub use crate::http::{Response, transport};
pub use client::{Call, Client, ClientBuilder, Deleted, Listing, Page, RetryPolicy, functions};
pub use codec::{ArgumentError, Choice, Date, DateTime, Extra, Json, Nullable, Open};
pub use error::Error;
pub use redactor::Redactor;
pub use secrecy::SecretString;
pub use tools::{CatalogSpec, Effect, Full, ReadOnly, ReadWrite, ToolFilter, ToolSpec};
