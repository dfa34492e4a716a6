//! Snapshots of catalogs: the canonical form, and the order in which an update keeps it.

mod canonical;
mod inspect;
mod order;
#[cfg(test)]
mod tests;
mod tombstones;

pub use canonical::{Snapshot, canonicalize, update};
pub use inspect::{skipped_tools, visible_tools};
pub use tombstones::{TombstoneUpdate, Tombstones, locked_tools};

pub use crate::catalog::recognize;
