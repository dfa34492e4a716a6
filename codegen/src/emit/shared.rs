//! The file of the types that belong to no single resource.

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::{Ctx, SHARED};
use super::defined::emit_defined;
use super::docs;
use super::paths::Imports;

/// The items of the file.
pub(crate) fn emit_shared(ctx: &Ctx<'_>) -> TokenStream {
    let mut imports = Imports::new(ctx, SHARED);
    let defined = emit_defined(ctx, SHARED, &[], &mut imports);
    let docs = docs::emit_inner_lines(&["Types that several resources have in common."]);
    let imports = imports.emit();
    quote!(#docs #imports #defined)
}
