//! The client of plain functions, which passes its calls to a handler.

use proc_macro2::TokenStream;
use quote::quote;

use super::wrapper::{emit_catalog, emit_constructors, emit_definition};
use crate::emit::ctx::Ctx;
use crate::emit::imports::Imports;

/// Emits the items of the client that precede its tools.
pub(super) fn emit_functions(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> Vec<TokenStream> {
    imports.add_runtime(["FunctionHandler"]);
    let constructors = quote! {
        /// Creates a client that passes its calls to `handler`.
        #[must_use]
        pub fn new(handler: impl FunctionHandler) -> Self {
            Self(codegen::FunctionClient::new(CATALOG, handler))
        }
    };
    let mut items = Vec::from(emit_catalog(ctx, imports));
    items.push(emit_definition(ctx, "the handler", "FunctionClient"));
    items.extend(emit_constructors(&constructors, imports));
    items
}
