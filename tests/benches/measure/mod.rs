//! What the measurements share.

pub(crate) mod check;
pub(crate) mod ours;
