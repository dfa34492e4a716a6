//! A generated file before formatting.

use proc_macro2::TokenStream;

use crate::emit::ctx::condition::Condition;

/// A Rust file of the generated crate before formatting.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// The path from the root of the generated crate: `src/the_auth_api/api_keys.rs`.
    pub(crate) path: String,
    /// The snapshot that the header names, if the file comes from a single catalog.
    pub(crate) origin: Option<String>,
    /// The attributes of the file, as source text.
    pub(crate) attributes: Vec<String>,
    /// The contents.
    pub(crate) contents: FileContents,
}

/// The contents of a Rust file, independent of its path.
#[derive(Debug)]
pub(crate) struct FileContents {
    /// The documentation of the module: lines of Markdown.
    pub(crate) docs: Vec<String>,
    /// The items.
    pub(crate) items: Vec<Item>,
}

/// An item of a file.
#[derive(Debug)]
pub(crate) struct Item {
    /// The features that it needs.
    pub(crate) condition: Condition,
    /// `true` if a blank line comes before it in any case.
    pub(crate) is_separate: bool,
    /// The item without the condition.
    pub(crate) tokens: TokenStream,
}

impl Item {
    /// Creates an item that needs features.
    pub(crate) fn new(condition: Condition, tokens: TokenStream) -> Self {
        Self {
            condition,
            is_separate: false,
            tokens,
        }
    }
}

impl From<TokenStream> for Item {
    fn from(tokens: TokenStream) -> Self {
        Self::new(Condition::ALWAYS, tokens)
    }
}
