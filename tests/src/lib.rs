//! Tests of the whole, and a server that behaves like Truto to try a generated crate on.

pub mod corpus;
pub mod fake_truto;
