//! Toolboxes in the forms that other programs and libraries take.
//!
//! | for | is |
//! |---|---|
//! | any provider, as JSON | [`DialectTools`] |
//! | MCP clients | `mcp_server::Server` (feature `mcp-server`) |
//! | programs with the types of `async-openai` | `openai` (feature `async-openai`) |
//! | programs on `rig` | `rig::tools` (feature `rig`) |
//!
//! Each lists the tools in a [dialect](crate::dialect), maps what a model calls back to the tool's
//! own arguments, and calls through the [`Toolbox`](crate::agent::Toolbox): the same check, the
//! same policy, the same text for the model.

mod dialect_tools;
#[cfg(feature = "mcp-server")]
pub mod mcp_server;
#[cfg(feature = "async-openai")]
pub mod openai;
#[cfg(feature = "rig")]
pub mod rig;
#[cfg(test)]
mod tests;

pub use dialect_tools::DialectTools;
