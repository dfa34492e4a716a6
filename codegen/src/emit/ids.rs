//! The file of the identifiers.

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::paths::Imports;
use super::{docs, names};
use crate::model::IdType;

/// The items of the file.
pub(crate) fn emit_ids(ctx: &Ctx<'_>) -> TokenStream {
    let mut imports = Imports::new(ctx, "ids");
    imports.add_runtime(["ids"]);
    let imports = imports.emit();
    let docs = docs::emit_inner_lines(&[
        "Identifiers. Each kind is a type of its own, so that none passes for another.",
    ]);
    let ids = ctx.api.ids.iter().map(emit_id);
    quote! {
        #docs
        #imports

        ids! { #(#ids)* }
    }
}

fn emit_id(id: &IdType) -> TokenStream {
    let name = names::token(&id.name);
    let noun = docs::sentence(&id.noun);
    let docs = docs::emit_lines(&[format!("Identifies {} {noun}.", article(&noun))]);
    quote!(#docs #name)
}

/// The article before a noun: `an account`, `an API key`, `a user`.
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) {
        "an"
    } else {
        "a"
    }
}
