//! Parameters of constructors and setters.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::imports::Imports;
use super::ty::emit_type;
use crate::model::TypeRef;

/// A parameter of a generated function.
pub(crate) struct Parameter<'n> {
    name: &'n Ident,
    ty: TokenStream,
    /// The parameter is `impl Into<..>`.
    converts: bool,
}

impl<'n> Parameter<'n> {
    /// Creates a parameter for a value of type `ty`.
    pub(crate) fn new(name: &'n Ident, ty: &TypeRef, imports: &mut Imports<'_>) -> Self {
        Self {
            name,
            ty: emit_type(ty, imports),
            converts: converts(ty),
        }
    }

    /// Emits the type in the signature: `u64`, or `impl Into<String>`.
    pub(crate) fn emit_type(&self) -> TokenStream {
        let ty = &self.ty;
        if self.converts {
            quote!(impl Into<#ty>)
        } else {
            quote!(#ty)
        }
    }

    /// Emits the expression that gives the value: `limit`, or `name.into()`.
    pub(crate) fn emit_value(&self) -> TokenStream {
        let name = self.name;
        if self.converts {
            quote!(#name.into())
        } else {
            quote!(#name)
        }
    }

    /// Emits the initializer of the field of the same name: `limit`, or `name: name.into()`.
    pub(crate) fn emit_initializer(&self) -> TokenStream {
        let name = self.name;
        if self.converts {
            quote!(#name: #name.into())
        } else {
            quote!(#name)
        }
    }
}

/// Returns `true` if callers may pass anything that converts into the type.
fn converts(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Bool
        | TypeRef::Null
        | TypeRef::Integer
        | TypeRef::Unsigned
        | TypeRef::Number
        | TypeRef::Choice(_)
        | TypeRef::Struct(_)
        | TypeRef::Union(_)
        | TypeRef::Tuple(_) => false,
        TypeRef::String
        | TypeRef::DateTime
        | TypeRef::Date
        | TypeRef::Json
        | TypeRef::Id(_)
        | TypeRef::Open(_)
        | TypeRef::List(_)
        | TypeRef::Map(_)
        | TypeRef::OrNull(_)
        | TypeRef::Boxed(_) => true,
    }
}
