//! The contract with generated code: everything that a generated file may name, and nothing else.
//!
//! Not for people: what is here changes with the generator.

pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use crate::access::{Access, CanDestroy, CanWrite, Full, ReadOnly, ReadWrite};
pub use crate::agent::Toolbox;
pub use crate::call::Call;
pub use crate::catalog::{CatalogSpec, NameIndex, Variables};
pub use crate::client::{Client, ClientBuilder};
pub use crate::codec::*;
pub use crate::deleted::Deleted;
pub use crate::direct::check_whole_as;
pub use crate::error::Error;
pub use crate::functions::{Call as FunctionCall, Caller, Client as FunctionClient};
pub use crate::gate::Budget;
#[cfg(feature = "mcp")]
pub use crate::mcp::{Call as McpCall, Client as McpClient, McpServer, McpSession};
pub use crate::page::{Listing, Page};
pub use crate::resource::Resource;
pub use crate::tool::{Effect, IdArgument, IdField, IdKind, ToolSpec, check_as};
pub use crate::{choices, ids, objects, unions};
