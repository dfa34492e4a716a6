//! Toolboxes for other programs and libraries.
//!
//! | for | adapter |
//! |---|---|
//! | any provider, as JSON | [`DialectTools`] |
//! | MCP clients | `mcp_server::Server` (feature `mcp-server`) |
//! | programs with the types of `async-openai` | `openai` (feature `async-openai`) |
//! | programs on `rig` | `rig::tools` (feature `rig`) |
//!
//! Each adapter lists the tools in a [dialect](crate::dialect), maps the calls of a model back to the
//! tools' own names and arguments, and calls them through the [`Toolbox`](crate::agent::Toolbox). The
//! checks, the policy and the texts for the model are the same everywhere.

mod dialect_tools;
#[cfg(feature = "mcp-server")]
pub mod mcp_server;
mod model_call;
#[cfg(feature = "async-openai")]
pub mod openai;
#[cfg(feature = "rig")]
pub mod rig;
#[cfg(test)]
mod tests;

pub use dialect_tools::DialectTools;
