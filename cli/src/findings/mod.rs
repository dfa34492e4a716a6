//! Findings about catalogs that a run lists.

pub(crate) mod loosened;
pub(crate) mod skipped;
pub(crate) mod splits;
pub(crate) mod texts;
