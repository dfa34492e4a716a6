//! The numbers of a written schema that providers limit.

/// The numbers that a provider limits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) properties: usize,
    pub(super) values: usize,
    pub(super) text: usize,
    pub(super) optional: usize,
    pub(super) unions: usize,
}
