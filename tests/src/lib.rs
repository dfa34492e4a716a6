//! Tests of the whole, and a server that behaves like Truto to try a generated crate on.

pub mod fake_truto;
