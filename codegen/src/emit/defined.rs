//! The types that a module defines besides requests, and the lines that give them their codec.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::{Arguments, emit_arguments};
use super::choice::emit_choice;
use super::ctx::Ctx;
use super::names;
use super::paths::Imports;
use super::record::emit_record;
use super::union::{emit_entry, emit_union};
use crate::ident::Ident;
use crate::model::{Struct, StructKind};

/// The structs, enums and unions of the module `home`, and the lines that give a codec to these
/// and to `requests`.
pub(crate) fn emit_defined<'a>(
    ctx: &Ctx<'a>,
    home: &'a str,
    requests: &[&'a Ident],
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    let mut items = Vec::new();
    let mut objects: Vec<&Ident> = requests.to_vec();
    let mut choices: Vec<&Ident> = Vec::new();
    let mut unions: Vec<TokenStream> = Vec::new();
    for item in ctx.structs_of(home) {
        objects.push(&item.name);
        items.extend(emit_struct(item, imports));
    }
    for choice in ctx.choices_of(home) {
        choices.push(&choice.name);
        items.extend(emit_choice(choice, imports));
    }
    for union in ctx.unions_of(home) {
        unions.push(emit_entry(union));
        items.extend(emit_union(union, imports));
    }
    items.extend(emit_macro("objects", &tokens(&objects), imports));
    items.extend(emit_macro("choices", &tokens(&choices), imports));
    items.extend(emit_macro("unions", &unions, imports));
    items
}

fn emit_struct(item: &Struct, imports: &mut Imports<'_>) -> Vec<TokenStream> {
    match &item.kind {
        StructKind::Input {
            fields,
            rest,
            checks,
        } => {
            let arguments = Arguments {
                name: &item.name,
                docs: &item.docs,
                fallback: "An argument of several parts.".to_owned(),
                user: None,
                fields,
                rest: rest.as_ref(),
                constants: &item.constants,
                checks,
            };
            emit_arguments(&arguments, imports)
        }
        StructKind::Record { fields, extra } => emit_record(item, fields, extra, imports).into(),
    }
}

/// `objects!(ListProjects, Project);`
fn emit_macro(
    name: &'static str,
    types: &[TokenStream],
    imports: &mut Imports<'_>,
) -> Option<TokenStream> {
    if types.is_empty() {
        return None;
    }
    imports.add_runtime([name]);
    let name = names::token_of(name);
    Some(quote!(#name!(#(#types),*);))
}

fn tokens(types: &[&Ident]) -> Vec<TokenStream> {
    let tokens = types.iter().map(|name| names::token(name));
    tokens.map(quote::ToTokens::into_token_stream).collect()
}
