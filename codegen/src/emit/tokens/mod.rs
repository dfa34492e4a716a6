//! Parts of tokens: literals, names, lints.

pub(super) mod allow;
pub(super) mod group;
pub(super) mod lints;
pub(crate) mod literal;
pub(super) mod names;
