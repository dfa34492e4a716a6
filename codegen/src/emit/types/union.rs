//! Unions: an enum whose variants hold values, and the rules by which the codec picks a variant.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::ctx::Ctx;
use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::tokens::{literal, names};
use crate::emit::types::checks::{emit_checks, emit_types};
use crate::emit::types::choice::emit_openness;
use crate::emit::types::ty::emit_type;
use crate::model::{Union, UnionVariant};

/// Emits the enum, its `impl Union`, and conversions into it.
pub(crate) fn emit_union(
    ctx: &Ctx<'_>,
    union: &Union,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    imports.add_runtime(["Union", "UnionShape", "UnionVariant"]);
    let name = names::token(&union.name);
    let docs = docs::emit_docs(&union.docs, || "One of several types.".to_owned());
    let mut variants: Vec<TokenStream> = union
        .variants
        .iter()
        .map(|variant| emit_variant(variant, imports))
        .collect();
    if let Some(unknown) = &union.unknown {
        imports.add_runtime(["Json"]);
        let unknown = names::token(unknown);
        variants.push(quote!(
            /// A value that matches no other variant, unchanged.
            #unknown(Json)
        ));
    }
    let openness = emit_openness(ctx);
    let definition = quote! {
        #docs
        #openness
        #[derive(Clone)]
        #[allow(clippy::large_enum_variant, reason = "a value lives for one call")]
        pub enum #name {
            #(#variants,)*
        }
    };
    let shape = emit_shape(union, imports);
    let codec = quote! {
        impl Union for #name {
            const SHAPE: &'static UnionShape = #shape;
        }
    };
    let mut items = vec![definition, codec];
    items.extend(emit_conversions(union, imports));
    items
}

/// Emits `From` for each type that only one variant holds.
fn emit_conversions(union: &Union, imports: &mut Imports<'_>) -> Vec<TokenStream> {
    let name = names::token(&union.name);
    let convertible = (union.variants.iter()).filter(|variant| union.converts_from(&variant.ty));
    let conversions = convertible.map(|variant| {
        let ty = emit_type(&variant.ty, imports);
        let variant = names::token(&variant.name);
        quote! {
            impl From<#ty> for #name {
                fn from(value: #ty) -> Self {
                    Self::#variant(value)
                }
            }
        }
    });
    conversions.collect()
}

/// Emits the name with all variants, as `unions!` expects them: `Filter(Text, Object)`.
pub(crate) fn emit_entry(union: &Union) -> TokenStream {
    let name = names::token(&union.name);
    let variants = union
        .variants
        .iter()
        .map(|variant| &variant.name)
        .chain(&union.unknown)
        .map(names::token);
    quote!(#name(#(#variants),*))
}

fn emit_variant(variant: &UnionVariant, imports: &mut Imports<'_>) -> TokenStream {
    let name = names::token(&variant.name);
    let docs = docs::emit_docs(&variant.docs, || match &variant.tag {
        Some(tag) => format!("A value with the tag {}.", docs::code(tag)),
        None => format!("A value of type {}.", docs::code(&variant.ty.to_string())),
    });
    let ty = emit_type(&variant.ty, imports);
    quote!(#docs #name(#ty))
}

fn emit_shape(union: &Union, imports: &mut Imports<'_>) -> TokenStream {
    let name = literal::text(union.name.plain());
    let variants: Vec<TokenStream> = union
        .variants
        .iter()
        .map(|variant| emit_line(variant, imports))
        .collect();
    let tag = union.tag.as_ref().map(|tag| {
        let tag = literal::text(tag);
        quote!(.tagged(#tag))
    });
    let exact = union.is_exact.then(|| quote!(.exact()));
    let blank = (union.blank > 0).then(|| {
        let blank = literal::index(union.blank);
        quote!(.blank(#blank))
    });
    let checks = (!union.checks.is_empty()).then(|| {
        let checks = emit_checks(&union.checks, imports);
        quote!(.checks(#checks))
    });
    let shape = if let Some(unknown) = &union.unknown {
        let unknown = literal::text(unknown.plain());
        quote!(UnionShape::record(#name, &[#(#variants),*], #unknown))
    } else {
        quote!(UnionShape::request(#name, &[#(#variants),*]))
    };
    quote!(&#shape #tag #exact #blank #checks)
}

/// Emits one line of the table of variants: `UnionVariant::new("Text", &[JsonType::String])`.
fn emit_line(variant: &UnionVariant, imports: &mut Imports<'_>) -> TokenStream {
    let name = literal::text(variant.name.plain());
    let types = emit_types(&variant.types, imports);
    let tag = variant.tag.as_ref().map(|tag| {
        let tag = literal::text(tag);
        quote!(.tag(#tag))
    });
    let checks = (!variant.checks.is_empty()).then(|| {
        let checks = emit_checks(&variant.checks, imports);
        quote!(.checks(#checks))
    });
    quote!(UnionVariant::new(#name, #types) #tag #checks)
}
