//! The file of a resource: its handle, the requests of its tools, and its other types.

use crate::emit::ctx::Ctx;
use crate::emit::docs;
use crate::emit::file::{FileContents, Item};
use crate::emit::handle::emit_handle;
use crate::emit::imports::Imports;
use crate::emit::types::module_types::emit_module_types;
use crate::emit::types::request::emit_request;
use crate::model::Resource;

/// Emits the file.
pub(crate) fn emit_resource<'a>(ctx: &Ctx<'a>, resource: &'a Resource) -> FileContents {
    let home = resource.accessor.plain();
    let title = docs::sentence(&resource.title);
    let mut imports = Imports::new(ctx, home);
    let mut items = Vec::new();
    let mut requests = Vec::new();
    let [definition, methods, debug] = emit_handle(ctx, resource, &mut imports).map(Item::from);
    items.extend([definition, methods]);
    for operation in &resource.operations {
        requests.push(&operation.request);
        let request = emit_request(resource.handle.as_str(), operation, &mut imports);
        items.extend(request.into_iter().map(Item::from));
    }
    items.extend(emit_module_types(ctx, home, &requests, &mut imports));
    items.push(debug);
    items.splice(..0, imports.emit());
    FileContents {
        docs: vec![format!(
            "Operations on {title}, with their request and response types."
        )],
        items,
    }
}
