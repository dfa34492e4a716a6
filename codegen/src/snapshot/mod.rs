//! Snapshots of catalogs: the canonical form, and the order in which an update keeps it.

mod canonical;
mod order;
#[cfg(test)]
mod tests;

pub use canonical::{Snapshot, canonicalize, update};
