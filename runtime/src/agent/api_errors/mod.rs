//! Errors of the API, as instructions for a model.

pub(super) mod api_error_text;
pub(super) mod api_message;
pub(super) mod api_state;
pub(super) mod error_text;
pub(super) mod not_found;
