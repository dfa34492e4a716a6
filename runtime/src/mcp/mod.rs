//! Tools of a Model Context Protocol server: a session with it, calls, and what they answer with.
//!
//! | what | where |
//! |---|---|
//! | how a server is reached: a URL or a program | [`Endpoint`] |
//! | a session with a server, shared by clients | [`Session`] |
//! | a call, with its options | [`Call`] |
//! | an answer: typed, text, images, resources | [`ToolResult`], [`Content`] |
//!
//! A tool that says of itself that it failed is [`Error::Tool`](crate::Error::Tool), with what it
//! says for a model to read.

mod call;
mod client;
mod content;
mod failure;
mod result;
#[cfg(test)]
mod tests;

pub use call::{Call, CallFuture};
pub use client::{Client, SessionBackend};
pub use content::{Content, Resource};
pub use result::ToolResult;
pub use toolsmith_mcp::{CommandEndpoint, Endpoint, HttpEndpoint, Session, rmcp};
