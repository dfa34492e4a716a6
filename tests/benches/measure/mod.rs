//! Shared by several benchmarks.

pub(crate) mod check;
pub(crate) mod ours;
