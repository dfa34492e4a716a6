//! A schema as the dialects read it: references resolved, common mistakes corrected, and `allOf`
//! merged.

mod admit;
mod bounds;
mod condition;
mod facet;
mod graph;
mod malformed;
mod merge;
mod node;
mod nullable;
mod possible;
mod read;
mod read_condition;
mod refine;
mod tree_json;
mod type_set;

pub(super) use bounds::Bounds;
pub(super) use graph::Graph;
pub(super) use node::{AdditionalProperties, Condition, ConditionSet, Node, NodeId, Union};
pub(super) use read::read;
pub(super) use type_set::TypeSet;
