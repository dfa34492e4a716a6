//! The numbers of calls, which limits bound.

pub(super) mod call_counts;
pub(super) mod shared_counts;
