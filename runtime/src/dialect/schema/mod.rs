//! A schema as the dialects read it: references resolved, common mistakes corrected, and `allOf`
//! merged.

mod graph;
mod merge;
mod node;
mod read;
mod reference;
mod type_set;

pub(super) use graph::Graph;
pub(super) use node::{AdditionalProperties, Node, NodeId, Rule, Union};
pub(super) use read::read;
pub(super) use type_set::TypeSet;
