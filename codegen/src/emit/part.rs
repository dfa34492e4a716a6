//! Parts of items, put together without copying their tokens.

use proc_macro2::{Delimiter, Group, TokenStream};

/// Tokens that will stand among others: a group without brackets.
///
/// `quote!` copies what it is given token by token, each name with its text; a group is handed on
/// as it is, however much it holds.
pub(crate) fn part(tokens: TokenStream) -> Group {
    Group::new(Delimiter::None, tokens)
}
