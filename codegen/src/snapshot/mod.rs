//! Snapshots of catalogs: the canonical form, and the order in which an update keeps it.

mod canonical;
mod order;
#[cfg(test)]
mod tests;
mod tombstones;

pub use canonical::{Snapshot, canonicalize, update};
pub use tombstones::{TombstoneUpdate, Tombstones, locked_tools};
