//! The file of a tool that is a method of the client itself: the method, the request, and the
//! types of its own.

use quote::quote;

use super::ctx::Ctx;
use super::defined::emit_defined;
use super::handle::emit_method;
use super::paths::Imports;
use super::request::emit_request;
use super::{File, docs};
use crate::model::Operation;

/// The file.
pub(crate) fn emit_direct<'a>(ctx: &Ctx<'a>, operation: &'a Operation) -> File {
    let home = operation.method.plain();
    let mut imports = Imports::new(ctx, home);
    imports.add_sibling("client", "Client");
    let method = emit_method(ctx, operation, &mut imports);
    let mut items = vec![quote! {
        impl<Access> Client<Access> {
            #method
        }
    }];
    items.extend(emit_request("Client", operation, &mut imports));
    let requests = [&operation.request];
    items.extend(emit_defined(ctx, home, &requests, &mut imports));
    items.splice(..0, imports.emit());
    File {
        docs: vec![format!(
            "The tool {}, and the types that it takes and gives.",
            docs::code(&operation.tool.name)
        )],
        items,
    }
}
