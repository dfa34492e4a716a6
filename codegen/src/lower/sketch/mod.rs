//! Step 1: every schema becomes a sketch, a tree of types without names.

mod identify;
mod locate;
mod precision;
mod satisfy;
mod schemas;
mod signature;
mod tool;
mod tree;
mod unify;

pub(in crate::lower) use identify::{IdentifierKind, IdentifierRule};
pub(in crate::lower) use precision::Precision;
pub(in crate::lower) use satisfy::Unsatisfiable;
pub(in crate::lower) use signature::{Classes, SHARED_MARK, hash, signature};
pub(in crate::lower) use tool::{Home, ResponseSketch, ToolSketch, sketch_tool};
pub(in crate::lower) use tree::{
    Definition, FieldSketch, Label, Rest, Sketch, SketchKind, StructSketch, UnionSketch,
    VariantSketch,
};
pub(in crate::lower) use unify::{Conflict, UnifiedPlaces, unify};
