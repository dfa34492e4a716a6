//! The request of a tool: its arguments as a struct.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::{Arguments, emit_arguments};
use super::docs;
use super::paths::Imports;
use super::ty::emit_type;
use crate::model::{Operation, Response};

/// The struct.
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
    emit_arguments(&arguments, imports)
}

/// The type that one answer, or one record of a listing, decodes to.
pub(crate) fn emit_answer(answer: &Response, imports: &mut Imports<'_>) -> TokenStream {
    match answer {
        Response::Listing(record) | Response::Record(record) => emit_type(record, imports),
        Response::Deleted => {
            imports.add_runtime(["Deleted"]);
            quote!(Deleted)
        }
    }
}
