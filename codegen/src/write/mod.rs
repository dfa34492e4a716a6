//! From tokens to files: rendered, planned, applied.
//!
//! [`render`] turns units into a [`FileTree`], [`plan()`] compares it with a directory, and
//! [`Plan::apply`] alone touches the disk.

mod apply;
mod layout;
mod plan;
mod render;
mod tree;

pub use plan::{Action, Plan, PlannedFile, plan};
pub(crate) use render::render;
pub use tree::FileTree;
