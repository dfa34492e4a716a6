//! The contract with generated code: the items that generated files name, and nothing else.
//!
//! Not a public API: it changes with the generator.

pub use std::time::Duration;

pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use crate::agent::Toolbox;
pub use crate::client::AccountStatus;
pub use crate::client::Call;
pub use crate::client::Client;
pub use crate::client::ClientBuilder;
pub use crate::client::Deleted;
pub use crate::client::Drained;
pub use crate::client::Listing;
pub use crate::client::Page;
pub use crate::client::Resource;
pub use crate::client::tool_call::check_whole_as;
pub use crate::codec::*;
pub use crate::error::{Error, ReconnectLink};
pub use crate::functions::{Client as FunctionClient, FunctionCall, FunctionHandler};
#[cfg(feature = "mcp-client")]
pub use crate::mcp::{
    Client as McpClient, ClientBuilder as McpClientBuilder, Endpoint as McpEndpoint, McpCall,
    Session as McpSession,
};
pub use crate::rate_limit::RateLimiter;
pub use crate::tools::{
    Access, CanDestroy, CanWrite, CatalogSpec, Effect, Full, HeaderArgument, IdArgument, IdField,
    IdKind, ReadOnly, ReadWrite, ToolSpec, Variables, check_as,
};
pub use crate::{choices, handles, ids, objects, unions};
