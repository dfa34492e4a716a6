//! Setters of optional arguments, chainable, named as their fields.

use proc_macro2::Group;
use quote::quote;

use super::arguments::{Arguments, fallback};
use super::ctx::is_handed_over;
use super::part::part;
use super::paths::Imports;
use super::ty::emit_type;
use super::{docs, names};
use crate::ident::Ident;
use crate::model::{Field, Rest};

/// A setter for each optional field, one more where it may be null, and one for further names.
pub(crate) fn emit_setters(arguments: &Arguments<'_>, imports: &mut Imports<'_>) -> Vec<Group> {
    let optional = arguments
        .fields
        .iter()
        .filter(|field| !field.presence.is_required());
    let mut setters: Vec<Group> = optional.map(|field| emit_setter(field, imports)).collect();
    setters.extend(arguments.rest.map(|rest| emit_rest_setter(rest, imports)));
    setters
}

fn emit_setter(field: &Field, imports: &mut Imports<'_>) -> Group {
    let ident = names::token(&field.ident);
    let docs = docs::emit_summary(&field.docs, || fallback(field));
    let ty = emit_type(&field.ty, imports);
    let (parameter, value) = if is_handed_over(&field.ty) {
        (ty, quote!(#ident))
    } else {
        (quote!(impl Into<#ty>), quote!(#ident.into()))
    };
    let value = if field.presence.is_nullable() {
        quote!(Nullable::Value(#value))
    } else {
        quote!(Some(#value))
    };
    let null_setter = field
        .null_setter
        .as_ref()
        .map(|setter| emit_null_setter(field, setter));
    part(quote! {
        #docs
        pub fn #ident(mut self, #ident: #parameter) -> Self {
            self.#ident = #value;
            self
        }

        #null_setter
    })
}

fn emit_null_setter(field: &Field, setter: &Ident) -> Group {
    let ident = names::token(&field.ident);
    let setter = names::token(setter);
    let docs = docs::emit_lines(&[format!("Sends null as {}.", docs::code(&field.wire))]);
    part(quote! {
        #docs
        pub fn #setter(mut self) -> Self {
            self.#ident = Nullable::Null;
            self
        }
    })
}

fn emit_rest_setter(rest: &Rest, imports: &mut Imports<'_>) -> Group {
    let ident = names::token(&rest.ident);
    let ty = emit_type(&rest.values, imports);
    let (parameter, value) = if is_handed_over(&rest.values) {
        (ty, quote!(value))
    } else {
        (quote!(impl Into<#ty>), quote!(value.into()))
    };
    part(quote! {
        /// A further argument.
        pub fn #ident(mut self, name: impl Into<String>, value: #parameter) -> Self {
            self.#ident.insert(name.into(), #value);
            self
        }
    })
}
