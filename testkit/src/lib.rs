//! Fake servers and helpers that the tests and the examples share: a server that behaves like
//! Truto, an MCP server, a model behind an OpenAI-like endpoint, captured logs and expected output.

pub mod cargo;
pub mod fake_mcp;
pub mod fake_model;
pub mod fake_oauth;
pub mod fake_truto;
pub mod golden;
pub mod log_capture;
