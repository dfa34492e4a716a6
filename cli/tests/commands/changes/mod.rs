//! Tests of the comparison of catalogs: sides, forms, accepted changes, and silent changes.

mod accepted;
mod forms;
mod repository;
mod sides;
mod silent;
mod tombstones;
