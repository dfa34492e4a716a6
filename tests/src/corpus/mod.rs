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
mod dice;
mod differences;
mod instances;
mod made;
mod maker;
mod mutate;
mod source;
mod suite;

pub use compile::{Sdk, check_crate, make_crate, write_crate};
pub use dice::Dice;
pub use differences::{Cause, RecordCause, Tallies, Tally};
pub use instances::{Instance, ask, compare, read_instances};
pub use made::{make_instances, validator};
pub use source::{Source, corpus_folder, sources};
pub use suite::{Suite, SuiteCause, read_suite};
