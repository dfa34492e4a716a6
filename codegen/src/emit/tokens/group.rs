//! Groups of tokens that `quote!` can interpolate without copying their contents.

use proc_macro2::{Delimiter, Group, TokenStream};

/// Wraps tokens in a group without brackets.
///
/// `quote!` copies an interpolated stream token by token, and the text of each name with it. It
/// clones a group in constant time.
pub(crate) fn group(tokens: TokenStream) -> Group {
    Group::new(Delimiter::None, tokens)
}
