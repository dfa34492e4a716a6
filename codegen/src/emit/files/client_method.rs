//! The file of a tool that is a method of the client itself: the method, its request, and its
//! other types.

use quote::quote;

use crate::emit::ctx::Ctx;
use crate::emit::docs;
use crate::emit::file::{FileContents, Item};
use crate::emit::handle::emit_method;
use crate::emit::imports::Imports;
use crate::emit::types::module_types::emit_module_types;
use crate::emit::types::request::emit_request;
use crate::model::Operation;

/// Emits the file.
pub(crate) fn emit_client_method<'a>(ctx: &Ctx<'a>, operation: &'a Operation) -> FileContents {
    let home = operation.method.plain();
    let mut imports = Imports::new(ctx, home);
    imports.add_sibling("client", "Client");
    let method = emit_method(ctx, operation, &mut imports);
    let mut items = vec![Item::from(quote! {
        impl<Access> Client<Access> {
            #method
        }
    })];
    let request = emit_request("Client", operation, &mut imports);
    items.extend(request.into_iter().map(Item::from));
    let requests = [&operation.request];
    items.extend(emit_module_types(ctx, home, &requests, &mut imports));
    items.splice(..0, imports.emit());
    FileContents {
        docs: vec![format!(
            "The tool {}, with its request and response types.",
            docs::code(&operation.tool.name)
        )],
        items,
    }
}
