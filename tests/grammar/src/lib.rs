//! The lists of the corpus, compiled by an engine of constrained decoding.
//!
//! The corpus is a folder next to the workspace and not part of the repository. Where it is absent,
//! the tests say so and pass.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod grammar;
#[cfg(test)]
mod order;

// The tests of the workspace, which run without `preserve_order` there.
#[cfg(test)]
#[path = "../../it/dialects/contradictions.rs"]
mod contradictions;
#[cfg(test)]
#[path = "../../it/dialects/limits.rs"]
mod limits;
#[cfg(test)]
#[path = "../../it/dialects/order.rs"]
mod ordered;
#[cfg(test)]
#[path = "../../it/dialects/strict.rs"]
mod strict;
