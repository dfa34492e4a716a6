//! Catalogs that other people wrote: what becomes of them, whether it compiles, and whether it
//! agrees with a validator of JSON Schema.
//!
//! The corpus stands beside the workspace and is no part of it; where it is not there, there is
//! nothing to test.

#![allow(
    clippy::indexing_slicing,
    reason = "only JSON is indexed, and what is not there is null"
)]

mod compile;
mod differences;
mod instances;
mod source;

pub use compile::{Sdk, check_crate, make_crate, write_crate};
pub use differences::{Cause, Tally};
pub use instances::{Instance, compare, read_instances};
pub use source::{Source, corpus_folder, sources};
