//! Parameters of constructors and setters.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::imports::Imports;
use crate::emit::types::ty::emit_type;
use crate::model::TypeRef;

/// A parameter of a generated function.
pub(crate) struct Parameter<'n> {
    name: &'n Ident,
    ty: TokenStream,
    conversion: Conversion,
}

/// The conversion of an argument into the type of its field.
#[derive(Clone, Copy)]
enum Conversion {
    /// The argument has the type of the field.
    None,
    /// The argument is `impl Into<..>`.
    Into,
    /// The argument is `impl IntoId<..>`, whose name the compiler explains.
    IntoId,
}

impl<'n> Parameter<'n> {
    /// Creates a parameter for a value of type `ty`.
    pub(crate) fn new(name: &'n Ident, ty: &TypeRef, imports: &mut Imports<'_>) -> Self {
        Self {
            name,
            ty: emit_type(ty, imports),
            conversion: conversion(ty, imports),
        }
    }

    /// Emits the type in the signature: `u64`, `impl Into<String>` or `impl IntoId<ProjectId>`.
    pub(crate) fn emit_type(&self) -> TokenStream {
        let ty = &self.ty;
        match self.conversion {
            Conversion::None => quote!(#ty),
            Conversion::Into => quote!(impl Into<#ty>),
            Conversion::IntoId => quote!(impl IntoId<#ty>),
        }
    }

    /// Emits the expression that gives the value: `limit`, `name.into()` or `id.into_id()`.
    pub(crate) fn emit_value(&self) -> TokenStream {
        let name = self.name;
        match self.conversion {
            Conversion::None => quote!(#name),
            Conversion::Into => quote!(#name.into()),
            Conversion::IntoId => quote!(#name.into_id()),
        }
    }

    /// Emits the initializer of the field of the same name: `limit`, or `name: name.into()`.
    pub(crate) fn emit_initializer(&self) -> TokenStream {
        let name = self.name;
        match self.conversion {
            Conversion::None => quote!(#name),
            Conversion::Into | Conversion::IntoId => {
                let value = self.emit_value();
                quote!(#name: #value)
            }
        }
    }
}

/// Returns the conversion of the argument of a field of type `ty`.
fn conversion(ty: &TypeRef, imports: &mut Imports<'_>) -> Conversion {
    match ty {
        TypeRef::Bool
        | TypeRef::Null
        | TypeRef::Integer
        | TypeRef::Unsigned
        | TypeRef::Number
        | TypeRef::Choice(_)
        | TypeRef::Struct(_)
        | TypeRef::Union(_)
        | TypeRef::Tuple(_) => Conversion::None,
        TypeRef::Id(_) => {
            imports.add_runtime(["IntoId"]);
            Conversion::IntoId
        }
        TypeRef::String
        | TypeRef::DateTime
        | TypeRef::Date
        | TypeRef::Json
        | TypeRef::Open(_)
        | TypeRef::List(_)
        | TypeRef::Map(_)
        | TypeRef::OrNull(_)
        | TypeRef::Boxed(_) => Conversion::Into,
    }
}
