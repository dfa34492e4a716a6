//! Types of values as tokens.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::imports::Imports;
use crate::emit::tokens::names;
use crate::model::TypeRef;

/// Emits a type, and imports the names in it.
pub(crate) fn emit_type(ty: &TypeRef, imports: &mut Imports<'_>) -> TokenStream {
    match ty {
        TypeRef::String => quote!(String),
        TypeRef::Bool => quote!(bool),
        TypeRef::Null => quote!(()),
        TypeRef::Integer => quote!(i64),
        TypeRef::Unsigned => quote!(u64),
        TypeRef::Number => quote!(f64),
        TypeRef::DateTime => {
            imports.add_runtime(["DateTime"]);
            quote!(DateTime)
        }
        TypeRef::Date => {
            imports.add_runtime(["Date"]);
            quote!(Date)
        }
        TypeRef::Json => {
            imports.add_runtime(["Json"]);
            quote!(Json)
        }
        TypeRef::Id(name)
        | TypeRef::Choice(name)
        | TypeRef::Struct(name)
        | TypeRef::Union(name) => {
            imports.add_type(name);
            let name = names::token(name);
            quote!(#name)
        }
        TypeRef::Open(name) => {
            imports.add_runtime(["Open"]);
            imports.add_type(name);
            let name = names::token(name);
            quote!(Open<#name>)
        }
        TypeRef::List(element) => {
            let element = emit_type(element, imports);
            quote!(Vec<#element>)
        }
        TypeRef::Map(value) => {
            imports.add_map();
            let value = emit_type(value, imports);
            quote!(BTreeMap<String, #value>)
        }
        TypeRef::OrNull(value) => {
            let value = emit_type(value, imports);
            quote!(Option<#value>)
        }
        TypeRef::Tuple(elements) => {
            let elements: Vec<TokenStream> = elements
                .iter()
                .map(|element| emit_type(element, imports))
                .collect();
            quote!((#(#elements,)*))
        }
        TypeRef::Boxed(inner) => {
            let inner = emit_type(inner, imports);
            quote!(Box<#inner>)
        }
    }
}
