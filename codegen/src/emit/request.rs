//! The request of a tool: its arguments as a struct, and what the runtime must know of the tool.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::{Arguments, emit_arguments};
use super::paths::Imports;
use super::ty::emit_type;
use super::{docs, names};
use crate::model::{Answer, Operation};

/// The struct and its `impl Tool`.
pub(crate) fn emit_request(
    handle: &str,
    operation: &Operation,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    let request = &operation.request;
    let arguments = Arguments {
        name: &request.name,
        docs: &request.docs,
        fallback: format!(
            "Arguments of the tool {}.",
            docs::code(&operation.tool.name)
        ),
        user: Some(format!("[`{handle}::{}`]", operation.method.plain())),
        fields: &request.fields,
        rest: request.rest.as_ref(),
        constants: &[],
        checks: &request.checks,
    };
    let mut items = emit_arguments(&arguments, imports);
    let name = names::token(&request.name);
    let answer = emit_answer(&operation.answer, imports);
    let constant = names::constant(&request.name);
    imports.add_runtime(["Tool", "ToolSpec"]);
    imports.add_sibling("registry", &constant);
    let constant = names::token_of(&constant);
    items.push(quote! {
        impl Tool for #name {
            type Answer = #answer;

            const SPEC: &'static ToolSpec = &#constant;
        }
    });
    items
}

/// The type that one answer, or one record of a listing, decodes to.
pub(crate) fn emit_answer(answer: &Answer, imports: &mut Imports<'_>) -> TokenStream {
    match answer {
        Answer::Listing(record) | Answer::Record(record) => emit_type(record, imports),
        Answer::Deleted => {
            imports.add_runtime(["Deleted"]);
            quote!(Deleted)
        }
    }
}
