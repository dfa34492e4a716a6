//! Third-party catalogs: the generated crates compile and agree with a validator of JSON Schema.
//!
//! The corpus is a folder next to the workspace and not part of the repository.

#![allow(
    clippy::indexing_slicing,
    reason = "only JSON is indexed, and what is not there is null"
)]

mod cases;
mod closed;
mod compile;
mod dice;
mod differences;
mod differential;
mod instances;
mod made;
mod maker;
mod mutate;
mod source;
mod suite;

pub use cases::{Case, conditional_cases, run_cases};
pub use compile::{Sdk, check_crate, make_crate, write_crate, write_modules};
pub use dice::Dice;
pub use differences::{Cause, RecordCause, Tallies, Tally, judge};
pub use differential::{Differential, Extent, Rule, run_differential};
pub use instances::{Instance, ask, compare, read_instances};
pub use made::{make_instances, validator};
pub use source::{Source, corpus_folder, sources};
pub use suite::{Suite, SuiteCause, has_nul, read_suite};
