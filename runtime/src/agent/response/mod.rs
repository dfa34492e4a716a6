//! Responses in the form that a model receives.

pub(super) mod compact;
pub(super) mod output;
pub(super) mod response_notes;
pub(super) mod shrink;
