//! The types that a module defines other than requests, and the macro calls that implement their
//! codecs.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

/// Types with their conditions, as the macros of the runtime expect them.
type Entries = Vec<(Condition, TokenStream)>;

use crate::emit::ctx::Ctx;
use crate::emit::ctx::condition::Condition;
use crate::emit::file::Item;
use crate::emit::imports::{Imports, emit_by_condition};
use crate::emit::tokens::names;
use crate::emit::types::arguments::{Arguments, emit_arguments};
use crate::emit::types::choice::emit_choice;
use crate::emit::types::record::emit_record;
use crate::emit::types::union::{emit_entry, emit_union};
use crate::ident::Ident;
use crate::model::{Request, Struct, StructFields};

/// Emits the structs, enums and unions of the module `home`, and the macro calls for these and for
/// `requests`.
pub(crate) fn emit_module_types<'a>(
    ctx: &Ctx<'a>,
    home: &'a str,
    requests: &[&'a Request],
    imports: &mut Imports<'_>,
) -> Vec<Item> {
    let mut items = Vec::new();
    let mut add = |name: &Ident, tokens: Vec<TokenStream>| {
        let condition = ctx.condition_in(home, name);
        let tokens = tokens.into_iter();
        items.extend(tokens.map(|tokens| Item::new(condition.clone(), tokens)));
        condition
    };
    let requests = requests.iter();
    let mut objects: Entries = requests
        .map(|request| (Condition::ALWAYS, emit_request_entry(request)))
        .collect();
    let mut choices = Entries::new();
    let mut unions = Entries::new();
    for item in ctx.structs_of(home) {
        let condition = add(&item.name, emit_struct(item, imports));
        objects.push((condition, emit_struct_entry(item)));
    }
    for choice in ctx.choices_of(home) {
        let condition = add(&choice.name, emit_choice(ctx, choice, imports).into());
        choices.push((condition, names::token(&choice.name).into_token_stream()));
    }
    for union in ctx.unions_of(home) {
        let condition = add(&union.name, emit_union(ctx, union, imports));
        unions.push((condition, emit_entry(union)));
    }
    items.extend(emit_macro("objects", objects, imports));
    items.extend(emit_macro("choices", choices, imports));
    items.extend(emit_macro("unions", unions, imports));
    items
}

fn emit_struct(item: &Struct, imports: &mut Imports<'_>) -> Vec<TokenStream> {
    match &item.fields {
        StructFields::Request {
            fields,
            rest,
            checks,
        } => {
            let arguments = Arguments {
                name: &item.name,
                docs: &item.docs,
                fallback: "An object inside the arguments of a tool.".to_owned(),
                method: None,
                fields,
                rest: rest.as_ref(),
                constants: &item.constants,
                checks,
            };
            emit_arguments(&arguments, imports)
        }
        StructFields::Response { fields, extra } => {
            emit_record(item, fields, extra, imports).into()
        }
    }
}

/// Emits `choices!(Env, Role);` for the types of each condition.
fn emit_macro(name: &'static str, types: Entries, imports: &mut Imports<'_>) -> Vec<Item> {
    if !types.is_empty() {
        imports.add_runtime([name]);
    }
    let name = names::token_of(name);
    emit_by_condition(types.into_iter(), |types| quote!(#name!(#(#types),*);))
}

/// Emits a request with its fields: `ListProjects(account_id, limit)`.
fn emit_request_entry(request: &Request) -> TokenStream {
    let fields = request.fields.iter().map(|field| &field.ident);
    let rest = request.rest.as_ref().map(|rest| &rest.ident);
    emit_entry_of(&request.name, fields.chain(rest))
}

/// Emits a struct with its fields. The field for additional properties comes last.
fn emit_struct_entry(item: &Struct) -> TokenStream {
    match &item.fields {
        StructFields::Request { fields, rest, .. } => {
            let fields = fields.iter().map(|field| &field.ident);
            let rest = rest.as_ref().map(|rest| &rest.ident);
            emit_entry_of(&item.name, fields.chain(rest))
        }
        StructFields::Response { fields, extra } => {
            let fields = fields.iter().map(|field| &field.ident);
            emit_entry_of(&item.name, fields.chain([extra]))
        }
    }
}

fn emit_entry_of<'m>(name: &Ident, fields: impl Iterator<Item = &'m Ident>) -> TokenStream {
    let name = names::token(name);
    let fields = fields.map(names::token);
    quote!(#name(#(#fields),*))
}
