//! Clients of Model Context Protocol servers: sessions, calls and results.
//!
//! | concept | type |
//! |---|---|
//! | the endpoint of a server: a URL or a program | [`Endpoint`] |
//! | a session with a server, shared by clients | [`Session`] |
//! | a client with answers to questions of the server | [`ClientBuilder`] |
//! | a call, with its options | [`McpCall`] |
//! | the source of tokens that are renewed | [`TokenSource`]; with the feature `mcp-oauth`, `oauth::OAuthClient` |
//! | a result: typed, text, images, resources | [`ToolResult`], [`Content`] |
//!
//! If a tool reports failure, the call returns [`Error::Tool`](crate::Error::Tool) with the tool's
//! message, which models can read.

mod builder;
mod call;
mod client;
mod content;
mod exchange;
mod failure;
mod result;
#[cfg(test)]
mod tests;
mod verify;

pub use builder::ClientBuilder;
pub use call::McpCall;
pub use client::{Client, SessionBackend};
pub use content::{Content, Resource};
pub use result::ToolResult;
pub use toolsmith_mcp::authorization::{
    Challenge, RefusedToken, TokenError, TokenErrorKind, TokenFuture, TokenSource,
};
pub use toolsmith_mcp::endpoint::{CommandEndpoint, HttpEndpoint};
pub use toolsmith_mcp::error::NotSent;
pub use toolsmith_mcp::input::{
    Elicitation, ElicitationAnswer, ElicitationForm, InputRequest, InputRequired,
};
#[cfg(feature = "mcp-oauth")]
pub use toolsmith_mcp::oauth;
pub use toolsmith_mcp::session::ToolPage;
pub use toolsmith_mcp::{Endpoint, OpenError, RequestError, Session, SessionBuilder};
