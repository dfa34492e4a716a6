//! Turns the model into tokens. It cannot fail.

use crate::model::Api;

/// A file of the generated crate before rendering.
#[derive(Debug)]
pub(crate) struct Unit {
    /// The path from the root of the generated crate: `src/the_auth_api/api_keys.rs`.
    pub(crate) path: String,
    /// What the header names as the origin, if it is one catalog.
    pub(crate) origin: Option<String>,
    /// The items of the file.
    pub(crate) tokens: proc_macro2::TokenStream,
}

/// Emits the crate of `apis`: the root and a module for each.
pub(crate) fn emit_crate(apis: &[&Api]) -> Vec<Unit> {
    let _ = apis;
    Vec::new()
}
