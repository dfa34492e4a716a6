//! Catalogs of every kind, from end to end: a crate is generated, compiles without a warning, and
//! is called.

mod corpus;
mod functions;
mod generate;
mod library;
mod mcp;
