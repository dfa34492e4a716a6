//! Structs that are received. The last field holds the properties that no other field names.

use proc_macro2::{Group, TokenStream};
use quote::quote;

use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::tokens::allow::allow_bool_fields;
use crate::emit::tokens::group::group;
use crate::emit::tokens::names;
use crate::emit::types::object::{Object, Slot, emit_object};
use crate::emit::types::ty::emit_type;
use crate::ident::Ident;
use crate::model::{Direction, Presence, RecordField, Struct, TypeRef};

/// Emits the struct and its codec.
pub(crate) fn emit_record(
    record: &Struct,
    fields: &[RecordField],
    extra: &Ident,
    imports: &mut Imports<'_>,
) -> [TokenStream; 2] {
    let definition = emit_definition(record, fields, extra, imports);
    let object = emit_object(
        Object {
            name: &record.name,
            direction: Direction::Response,
            slots: fields.iter().map(slot).collect(),
            rest: Some(extra),
            constants: &record.constants,
            checks: &[],
        },
        imports,
    );
    [definition, object]
}

fn emit_definition(
    record: &Struct,
    fields: &[RecordField],
    extra: &Ident,
    imports: &mut Imports<'_>,
) -> TokenStream {
    imports.add_runtime(["Extra"]);
    let name = names::token(&record.name);
    let docs = docs::emit_docs(&record.docs, || "A record.".to_owned());
    let is_bool = |field: &&RecordField| is_always_present(field) && field.ty == TypeRef::Bool;
    let allow = allow_bool_fields(fields.iter().filter(is_bool).count());
    let fields: Vec<Group> = fields
        .iter()
        .map(|field| emit_field(field, imports))
        .collect();
    let extra = names::token(extra);
    quote! {
        #docs
        #[non_exhaustive]
        #allow
        pub struct #name {
            #(#fields,)*
            /// Fields of the response that the catalog does not list.
            pub #extra: Extra,
        }
    }
}

fn emit_field(field: &RecordField, imports: &mut Imports<'_>) -> Group {
    let ident = names::token(&field.ident);
    let docs = docs::emit_docs(&field.docs, || {
        format!("The field {}.", docs::code(&field.wire))
    });
    let mut ty = emit_type(&field.ty, imports);
    if !is_always_present(field) {
        ty = quote!(Option<#ty>);
    }
    group(quote!(#docs pub #ident: #ty))
}

fn is_always_present(field: &RecordField) -> bool {
    field.presence == Presence::Required
}

fn slot(field: &RecordField) -> Slot<'_> {
    Slot {
        ident: &field.ident,
        wire: &field.wire,
        location: None,
        presence: field.presence,
        checks: &[],
        is_secret: field.is_secret,
    }
}
