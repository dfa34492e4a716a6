//! `#[allow(..)]` for generated items that exceed clippy's limits because the catalog does.

use proc_macro2::TokenStream;
use quote::quote;

/// The default of clippy's `max-struct-bools` and `max-fn-params-bools`.
const MAX_BOOLS: usize = 3;

/// The default of clippy's `too-many-arguments-threshold`.
const MAX_PARAMETERS: usize = 7;

/// Below the default of clippy's `too-many-lines-threshold`: a field can take two lines.
const MAX_FIELD_LINES: usize = 50;

/// Allows a struct with this many fields of type `bool`.
pub(crate) fn allow_bool_fields(count: usize) -> TokenStream {
    if count <= MAX_BOOLS {
        return TokenStream::new();
    }
    quote!(#[allow(clippy::struct_excessive_bools, reason = "as many as the catalog has")])
}

/// Allows a function with this many parameters, of which `bools` have the type `bool`.
pub(crate) fn allow_parameters(count: usize, bools: usize) -> TokenStream {
    let mut lints = Vec::new();
    if bools > MAX_BOOLS {
        lints.push(quote!(clippy::fn_params_excessive_bools));
    }
    if count > MAX_PARAMETERS {
        lints.push(quote!(clippy::too_many_arguments));
    }
    if lints.is_empty() {
        return TokenStream::new();
    }
    quote!(#[allow(#(#lints),*, reason = "as many as the tool requires")])
}

/// Allows a function with one line for each of this many fields.
pub(crate) fn allow_lines(field_count: usize) -> TokenStream {
    if field_count <= MAX_FIELD_LINES {
        return TokenStream::new();
    }
    quote!(#[allow(clippy::too_many_lines, reason = "one line per field")])
}
