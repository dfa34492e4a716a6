//! Tests of the whole, and servers that behave like Truto, an MCP server and a model to try generated
//! crates on.

pub mod cargo;
pub mod corpus;
pub mod dialects;
pub mod fake_mcp;
pub mod fake_model;
pub mod fake_truto;
pub mod fuzz;
pub mod golden;
pub mod told;
