//! Writes generated files to disk.
//!
//! A [`FileTree`] holds files as values, [`plan()`] compares it with a directory, and
//! [`Plan::apply`] makes the directory match. Nothing else in this crate writes files.

mod apply;
mod plan;
#[cfg(test)]
mod tests;
mod tree;

pub use plan::{Action, Plan, PlannedFile, plan, plan_within};
pub use tree::FileTree;
