//! Chainable setters of optional arguments, with the names of their fields.

use proc_macro2::Group;
use quote::quote;

use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::tokens::group::group;
use crate::emit::tokens::names;
use crate::emit::types::parameter::Parameter;
use crate::ident::Ident;
use crate::model::{Field, Rest};

/// Emits a setter for each optional field, another one that sets it to null where that is allowed,
/// and a setter for additional arguments.
pub(crate) fn emit_setters(
    fields: &[Field],
    rest: Option<&Rest>,
    imports: &mut Imports<'_>,
) -> Vec<Group> {
    let optional = fields.iter().filter(|field| !field.presence.is_required());
    let mut setters: Vec<Group> = optional.map(|field| emit_setter(field, imports)).collect();
    setters.extend(rest.map(|rest| emit_rest_setter(rest, imports)));
    setters
}

fn emit_setter(field: &Field, imports: &mut Imports<'_>) -> Group {
    let ident = names::token(&field.ident);
    let docs = docs::emit_summary(&field.docs, || docs::argument(&field.wire));
    let parameter = Parameter::new(&ident, &field.ty, imports);
    let (ty, argument) = (parameter.emit_type(), parameter.emit_value());
    let value = if field.presence.is_nullable() {
        quote!(Nullable::Value(#argument))
    } else {
        quote!(Some(#argument))
    };
    let null_setter = field
        .null_setter
        .as_ref()
        .map(|setter| emit_null_setter(field, setter));
    group(quote! {
        #docs
        pub fn #ident(mut self, #ident: #ty) -> Self {
            self.#ident = #value;
            self
        }

        #null_setter
    })
}

fn emit_null_setter(field: &Field, setter: &Ident) -> Group {
    let ident = names::token(&field.ident);
    let setter = names::token(setter);
    let docs = docs::emit_lines(&[format!("Sets {} to null.", docs::code(&field.wire))]);
    group(quote! {
        #docs
        pub fn #setter(mut self) -> Self {
            self.#ident = Nullable::Null;
            self
        }
    })
}

fn emit_rest_setter(rest: &Rest, imports: &mut Imports<'_>) -> Group {
    let ident = names::token(&rest.ident);
    let value = names::token_of("value");
    let parameter = Parameter::new(&value, &rest.values, imports);
    let (ty, argument) = (parameter.emit_type(), parameter.emit_value());
    group(quote! {
        /// Adds an additional argument.
        pub fn #ident(mut self, name: impl Into<String>, #value: #ty) -> Self {
            self.#ident.insert(name.into(), #argument);
            self
        }
    })
}
