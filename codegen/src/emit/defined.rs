//! The types that a module defines besides requests, and the lines that give them their codec.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::{Arguments, emit_arguments};
use super::choice::emit_choice;
use super::ctx::Ctx;
use super::names;
use super::paths::Imports;
use super::record::emit_record;
use crate::ident::Ident;
use crate::model::{Struct, StructKind};

/// The structs and enums of the module `home`, and `objects!` and `choices!` for these and for
/// `requests`.
pub(crate) fn emit_defined<'a>(
    ctx: &Ctx<'a>,
    home: &'a str,
    requests: &[&'a Ident],
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    let mut items = Vec::new();
    let mut objects: Vec<&Ident> = requests.to_vec();
    let mut choices: Vec<&Ident> = Vec::new();
    for item in ctx.structs_of(home) {
        objects.push(&item.name);
        items.extend(emit_struct(item, imports));
    }
    for choice in ctx.choices_of(home) {
        choices.push(&choice.name);
        items.extend(emit_choice(choice, imports));
    }
    items.extend(emit_macro("objects", &objects, imports));
    items.extend(emit_macro("choices", &choices, imports));
    items
}

fn emit_struct(item: &Struct, imports: &mut Imports<'_>) -> Vec<TokenStream> {
    match &item.kind {
        StructKind::Input { fields, rest } => {
            let arguments = Arguments {
                name: &item.name,
                docs: &item.docs,
                fallback: "An argument of several parts.".to_owned(),
                user: None,
                fields,
                rest: rest.as_ref(),
            };
            emit_arguments(&arguments, imports)
        }
        StructKind::Record { fields, extra } => emit_record(item, fields, extra, imports).into(),
    }
}

/// `objects!(ListProjects, Project);`
fn emit_macro(
    name: &'static str,
    types: &[&Ident],
    imports: &mut Imports<'_>,
) -> Option<TokenStream> {
    if types.is_empty() {
        return None;
    }
    imports.add_runtime([name]);
    let name = names::token_of(name);
    let types = types.iter().map(|name| names::token(name));
    Some(quote!(#name!(#(#types),*);))
}
