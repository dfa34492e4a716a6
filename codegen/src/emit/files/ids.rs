//! The file of the identifier types.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::ctx::Ctx;
use crate::emit::docs;
use crate::emit::file::FileContents;
use crate::emit::imports::{Imports, emit_by_condition};
use crate::emit::tokens::names;
use crate::model::IdType;

/// Emits the file.
pub(crate) fn emit_ids(ctx: &Ctx<'_>) -> FileContents {
    let mut imports = Imports::new(ctx, "ids");
    imports.add_runtime(["ids"]);
    let ids = ctx.api.ids.iter();
    let ids = ids.map(|id| (ctx.condition_in("ids", &id.name), emit_id(id)));
    let mut items = imports.emit();
    items.extend(emit_by_condition(ids, |ids| quote!(ids! { #(#ids)* })));
    let docs = "Identifiers. Each kind has its own type, so that a mix-up is a compile error.";
    FileContents {
        docs: vec![docs.to_owned()],
        items,
    }
}

fn emit_id(id: &IdType) -> TokenStream {
    let name = names::token(&id.name);
    let noun = docs::sentence(&id.noun);
    let docs = docs::emit_lines(&[format!("The identifier of {} {noun}.", article(&noun))]);
    quote!(#docs #name)
}

/// Returns the indefinite article of a noun: `an account`, `an API key`, `a user`.
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) {
        "an"
    } else {
        "a"
    }
}
