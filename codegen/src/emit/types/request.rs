//! The request of a tool, and the type of its response.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::types::arguments::{Arguments, emit_arguments};
use crate::emit::types::ty::emit_type;
use crate::model::{Operation, Response};

/// Emits the struct of the arguments.
pub(crate) fn emit_request(
    handle: &str,
    operation: &Operation,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    let request = &operation.request;
    let arguments = Arguments {
        name: &request.name,
        docs: &request.docs,
        fallback: format!("A call of the tool {}.", docs::code(&operation.tool.name)),
        method: Some(format!("[`{handle}::{}`]", operation.method.plain())),
        fields: &request.fields,
        rest: request.rest.as_ref(),
        constants: &[],
        checks: &request.checks,
    };
    emit_arguments(&arguments, imports)
}

/// Emits the type of a response, or of one record of a listing.
pub(crate) fn emit_response(response: &Response, imports: &mut Imports<'_>) -> TokenStream {
    match response {
        Response::Listing(record) | Response::Record(record) => emit_type(record, imports),
        Response::Deleted => {
            imports.add_runtime(["Deleted"]);
            quote!(Deleted)
        }
    }
}
