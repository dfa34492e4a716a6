//! What is particular to the client of plain functions: it is made around a handler.

use proc_macro2::TokenStream;
use quote::quote;

use super::{emit_definition, emit_restrictions, emit_toolset};
use crate::emit::ctx::Ctx;
use crate::emit::paths::Imports;

/// The items of such a client, before its tools.
pub(super) fn emit_functions(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> Vec<TokenStream> {
    imports.add_runtime(["FunctionHandler"]);
    let constructors = quote! {
        /// Creates a client whose calls `handler` carries out.
        #[must_use]
        pub fn new(handler: impl FunctionHandler) -> Self {
            Self(codegen::FunctionClient::new(CATALOG, handler))
        }
    };
    let mut items = Vec::from(emit_toolset(ctx, imports));
    items.push(emit_definition(
        ctx,
        "clones share the handler",
        "FunctionClient",
    ));
    items.extend(emit_restrictions(&constructors, imports));
    items
}
