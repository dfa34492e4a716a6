//! The file of a resource: its handle, the requests of its tools, and the types of its own.

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::defined::emit_defined;
use super::docs;
use super::handle::emit_handle;
use super::paths::Imports;
use super::request::emit_request;
use crate::model::Resource;

/// The items of the file.
pub(crate) fn emit_resource<'a>(ctx: &Ctx<'a>, resource: &'a Resource) -> TokenStream {
    let home = resource.accessor.plain();
    let mut imports = Imports::new(ctx, home);
    let handle = emit_handle(ctx, resource, &mut imports);
    let requests: Vec<TokenStream> = resource
        .operations
        .iter()
        .map(|operation| emit_request(&resource.handle, operation, &mut imports))
        .collect();
    let names: Vec<_> = resource
        .operations
        .iter()
        .map(|operation| &operation.request.name)
        .collect();
    let defined = emit_defined(ctx, home, &names, &mut imports);
    let title = docs::sentence(&resource.title);
    let docs = docs::emit_inner_lines(&[format!(
        "Operations on {title}, and the types that they take and give."
    )]);
    let imports = imports.emit();
    quote!(#docs #imports #handle #(#requests)* #defined)
}
