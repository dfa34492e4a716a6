//! Step 1: every schema becomes a sketch, a tree of types without names.

mod identify;
mod precision;
mod schemas;
mod signature;
mod tool;
mod tree;

pub(in crate::lower) use identify::{IdentifierRule, given_name};
pub(in crate::lower) use precision::Precision;
pub(in crate::lower) use signature::{Classes, signature};
pub(in crate::lower) use tool::{AnswerSketch, Home, ToolSketch, sketch_tool};
pub(in crate::lower) use tree::{
    Definition, Direction, FieldSketch, Label, Rest, Sketch, SketchKind, StructSketch, UnionSketch,
    VariantSketch,
};
