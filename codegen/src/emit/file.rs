//! A generated file before formatting.

use proc_macro2::TokenStream;

/// A Rust file of the generated crate before formatting.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// The path from the root of the generated crate: `src/the_auth_api/api_keys.rs`.
    pub(crate) path: String,
    /// The snapshot that the header names, if the file comes from a single catalog.
    pub(crate) origin: Option<String>,
    /// The contents.
    pub(crate) contents: FileContents,
}

/// The contents of a Rust file, independent of its path.
#[derive(Debug)]
pub(crate) struct FileContents {
    /// The documentation of the module: lines of Markdown.
    pub(crate) docs: Vec<String>,
    /// The items.
    pub(crate) items: Vec<TokenStream>,
}
