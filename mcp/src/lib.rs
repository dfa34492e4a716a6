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
//! A message of a server is read as JSON first, by `json` and `message`; `transport` ends every request
//! that a response names, regardless of its content; `session` finds the era of the server, and sends a
//! request again only if the server cannot have seen it.

mod authorization;
mod endpoint;
mod environment;
mod error;
mod headers;
mod http;
mod injector;
mod input;
mod json;
mod message;
#[cfg(feature = "oauth")]
pub mod oauth;
mod quote;
mod redaction;
mod retry_after;
mod secrets;
mod session;
mod single_line;
mod transport;

pub use authorization::{
    Challenge, RefusedToken, TokenError, TokenErrorKind, TokenFuture, TokenSource,
};
pub use endpoint::{CommandEndpoint, Endpoint};
pub use error::{HttpError, NotSent, OpenError, RequestError, RpcError};
pub use headers::ParamHeader;
pub use http::HttpEndpoint;
pub use injector::set_trace_injector;
pub use input::{Elicitation, ElicitationAnswer, ElicitationForm, InputRequest, InputRequired};
#[doc(hidden)]
pub use retry_after::retry_after;
pub use session::{
    Asked, CallRounds, Round, Session, SessionBuilder, ToolPage, ToolReply, ToolRequest,
    is_error_flag, is_tool_error,
};
#[doc(hidden)]
pub use single_line::single_line;
pub use transport::Head;
