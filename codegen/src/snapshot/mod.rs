//! Snapshots: the one form in which they are kept, and what changed between two of them.

mod canonical;
mod compare;
#[cfg(test)]
mod tests;

pub use canonical::{Snapshot, canonicalize};
pub use compare::{CatalogChange, compare};
