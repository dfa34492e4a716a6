//! The file of the identifiers.

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::paths::Imports;
use super::{File, docs, names};
use crate::model::IdType;

/// The file.
pub(crate) fn emit_ids(ctx: &Ctx<'_>) -> File {
    let mut imports = Imports::new(ctx, "ids");
    imports.add_runtime(["ids"]);
    let ids = ctx.api.ids.iter().map(emit_id);
    let mut items = imports.emit();
    items.push(quote!(ids! { #(#ids)* }));
    let docs = "Identifiers. Each kind is a type of its own, so that none passes for another.";
    File {
        docs: vec![docs.to_owned()],
        items,
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
