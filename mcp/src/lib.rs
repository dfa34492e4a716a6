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
//! let tools = session.peer().list_tools(None).await?;
//! # Ok(())
//! # }
//! ```

mod authorization;
mod endpoint;
mod environment;
mod error;
mod http;
mod secrets;
mod session;

pub use authorization::{Challenge, RefusedToken, TokenError, TokenFuture, TokenSource};
pub use endpoint::{CommandEndpoint, Endpoint};
pub use error::OpenError;
pub use http::HttpEndpoint;
pub use rmcp;
pub use session::Session;
