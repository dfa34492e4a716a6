//! Snapshots of catalogs: the canonical form, and the changes between two of them.

mod canonical;
mod compare;
#[cfg(test)]
mod tests;

pub use canonical::{Snapshot, canonicalize};
pub use compare::{CatalogChange, compare};
