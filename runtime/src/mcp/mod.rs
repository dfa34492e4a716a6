//! Tools of a Model Context Protocol server: a session with it, calls, and what they answer with.
//!
//! | what | where |
//! |---|---|
//! | a server: over HTTP, or a program that is started | [`McpServer`] |
//! | a session with one, shared by clients | [`McpSession`] |
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
mod server;
mod session;
#[cfg(test)]
mod tests;

pub use call::{Call, CallFuture};
pub use client::Client;
pub use content::{Content, Resource};
pub use result::ToolResult;
pub use rmcp;
pub use server::McpServer;
pub use session::McpSession;
