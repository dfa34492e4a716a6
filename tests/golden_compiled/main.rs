//! The expected output of the generator compiles and works.
//!
//! These tests are a separate program, so that output that does not compile can still be
//! replaced by the program `it`.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic fails a test"
)]

mod arguments;
mod values;

#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "generated for other crates"
)]
mod golden;

#[allow(
    dead_code,
    deprecated,
    unused,
    non_snake_case,
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    reason = "made from the examples of the digest, to be compiled and not to be run"
)]
mod digest_calls {
    include!("../golden/digest/calls.in");
}
