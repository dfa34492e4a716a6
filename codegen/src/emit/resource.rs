//! The file of a resource: its handle, the requests of its tools, and the types of its own.

use super::ctx::Ctx;
use super::defined::emit_defined;
use super::handle::emit_handle;
use super::paths::Imports;
use super::request::emit_request;
use super::{File, docs};
use crate::model::Resource;

/// The file.
pub(crate) fn emit_resource<'a>(ctx: &Ctx<'a>, resource: &'a Resource) -> File {
    let home = resource.accessor.plain();
    let title = docs::sentence(&resource.title);
    let mut imports = Imports::new(ctx, home);
    let mut items = Vec::new();
    let mut requests = Vec::new();
    items.extend(emit_handle(ctx, resource, &mut imports));
    for operation in &resource.operations {
        requests.push(&operation.request);
        items.extend(emit_request(
            resource.handle.as_str(),
            operation,
            &mut imports,
        ));
    }
    items.extend(emit_defined(ctx, home, &requests, &mut imports));
    items.splice(..0, imports.emit());
    File {
        docs: vec![format!(
            "Operations on {title}, and the types that they take and give."
        )],
        items,
    }
}
