//! What is particular to the client of plain functions: it is made around a caller.

use proc_macro2::TokenStream;
use quote::quote;

use super::{emit_definition, emit_restrictions, emit_toolset};
use crate::emit::ctx::Ctx;
use crate::emit::paths::Imports;

/// The items of such a client, before its tools.
pub(super) fn emit_functions(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> Vec<TokenStream> {
    imports.add_runtime(["Caller"]);
    let constructors = quote! {
        /// A client whose calls `caller` carries out.
        #[must_use]
        pub fn new(caller: impl Caller) -> Self {
            Self(codegen::FunctionClient::new(CATALOG, caller))
        }
    };
    let mut items = Vec::from(emit_toolset(ctx, imports));
    items.push(emit_definition(
        ctx,
        "clones share the caller",
        "FunctionClient",
    ));
    items.extend(emit_restrictions(&constructors, imports));
    items
}
