//! Enums with a fixed list of values, and the wire value of each variant.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;

use crate::emit::ctx::Ctx;
use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::tokens::group::group;
use crate::emit::tokens::{literal, names};
use crate::model::{Choice, ChoiceValues};
use crate::options::Enums;

/// Emits the enum and its `impl Choice`.
pub(crate) fn emit_choice(
    ctx: &Ctx<'_>,
    choice: &Choice,
    imports: &mut Imports<'_>,
) -> [TokenStream; 2] {
    imports.add_runtime(["Choice"]);
    let name = names::token(&choice.name);
    let docs = docs::emit_docs(&choice.docs, || "One of a fixed set of values.".to_owned());
    let variants: Vec<_> = choice
        .variants
        .iter()
        .map(|variant| names::token(&variant.name))
        .collect();
    let variant_docs: Vec<_> = describe_values(&choice.values)
        .iter()
        .map(|docs| docs::emit_lines(&[docs]))
        .collect();
    if let ChoiceValues::Verbatim(_) = choice.values {
        imports.add_runtime(["Verbatim"]);
    }
    let (wire, values) = emit_values(&choice.values);
    let openness = emit_openness(ctx);
    let definition = quote! {
        #docs
        #openness
        #[derive(Debug)]
        pub enum #name {
            #(#variant_docs #variants,)*
        }
    };
    let choice = quote! {
        impl Choice for #name {
            type Wire = #wire;

            const VALUES: &'static [(Self, #wire)] = &[#((Self::#variants, #values)),*];
        }
    };
    [definition, choice]
}

/// Emits `#[non_exhaustive]`, unless a new value of an enum is meant to be a compile error.
pub(crate) fn emit_openness(ctx: &Ctx<'_>) -> TokenStream {
    match ctx.enums {
        Enums::Open => quote!(#[non_exhaustive]),
        Enums::Exhaustive => TokenStream::new(),
    }
}

/// Returns the documentation of each variant.
fn describe_values(values: &ChoiceValues) -> Vec<String> {
    match values {
        ChoiceValues::Texts(texts) => texts.iter().map(|text| describe_text(text)).collect(),
        ChoiceValues::Integers(integers) => integers
            .iter()
            .map(|integer| format!("`{integer}`."))
            .collect(),
        ChoiceValues::Verbatim(values) => values.iter().map(|value| describe_text(value)).collect(),
    }
}

fn describe_text(text: &str) -> String {
    if text.is_empty() {
        "The empty string.".to_owned()
    } else {
        format!("{}.", docs::code(text))
    }
}

/// Emits the type of the wire values, and the value of each variant.
fn emit_values(values: &ChoiceValues) -> (TokenStream, Vec<Group>) {
    match values {
        ChoiceValues::Texts(texts) => {
            let texts = texts
                .iter()
                .map(|text| group(TokenTree::from(literal::text(text)).into()))
                .collect();
            (quote!(&'static str), texts)
        }
        ChoiceValues::Integers(integers) => {
            let integers = integers
                .iter()
                .map(|integer| group(literal::integer(*integer)))
                .collect();
            (quote!(i64), integers)
        }
        ChoiceValues::Verbatim(values) => {
            let values = values.iter().map(|value| {
                let value = literal::raw_text(value);
                group(quote!(Verbatim(#value)))
            });
            (quote!(Verbatim), values.collect())
        }
    }
}
