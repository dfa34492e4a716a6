//! Strings for models.

pub(super) mod hidden_characters;
pub(super) mod quoting;
