//! Client sessions with MCP servers.
//!
//! An [`Endpoint`] is the URL of a server over streamable HTTP, or the program to start as a child
//! process.
//! [`Session::open`] opens a session with it. Toolsmith's command line lists tools through a session;
//! generated clients call them.
//!
//! ```no_run
//! use toolsmith_mcp::{Endpoint, Session};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let endpoint = Endpoint::http("https://mcp.example.com/mcp").token_from("EXAMPLE_TOKEN");
//! let session = Session::open(endpoint).await?;
//! let tools = session.list_tools(None).await?;
//! # Ok(())
//! # }
//! ```
//!
//! | module | has |
//! |---|---|
//! | [`endpoint`] | the URL of a server, or the program to start |
//! | [`session`] | listing tools, and calling them in rounds |
//! | [`input`] | the questions of a server during a call |
//! | [`authorization`] | tokens, and the challenges of a server |
//! | [`error`] | the errors of sessions and requests |
//! | [`trace`] | the trace context of requests |
//!
//! A message of a server is read as JSON first, by `json` and `message`; `transport` ends every request
//! that a response names, regardless of its content; `session` finds the era of the server, and sends a
//! request again only if the server cannot have seen it.

pub mod authorization;
pub mod endpoint;
mod environment;
pub mod error;
mod headers;
mod http;
pub mod input;
mod json;
mod message;
#[cfg(feature = "oauth")]
pub mod oauth;
mod quote;
mod redaction;
mod retry_after;
mod secrets;
pub mod session;
mod single_line;
pub mod trace;
mod transport;

pub use endpoint::Endpoint;
pub use error::{OpenError, RequestError};
#[doc(hidden)]
pub use retry_after::retry_after;
pub use session::{Session, SessionBuilder, ToolRequest};
#[doc(hidden)]
pub use single_line::single_line;
