//! Snapshots of catalogs: the canonical form, and the changes between two of them.

mod canonical;
mod compare;
mod order;
#[cfg(test)]
mod tests;

pub use canonical::{Snapshot, canonicalize, update};
pub use compare::{CatalogChange, compare};
