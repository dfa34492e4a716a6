//! Tests of the whole, and servers that behave like Truto and like an MCP server to try generated
//! crates on.

pub mod corpus;
pub mod dialects;
pub mod fake_mcp;
pub mod fake_truto;
pub mod fuzz;
pub mod told;
