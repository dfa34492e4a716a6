//! The file of the tools as data.

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::paths::Imports;
use super::schemas::Schemas;
use super::{File, literal, names};
use crate::model::{Access, Field, Operation, Place};

/// The file.
pub(crate) fn emit_registry(ctx: &Ctx<'_>, schemas: &Schemas<'_>) -> File {
    let mut operations: Vec<&Operation> = ctx.operations().collect();
    operations.sort_by(|left, right| left.tool.name.cmp(&right.tool.name));
    let mut imports = Imports::new(ctx, "registry");
    imports.add_runtime(["ToolSpec"]);
    let tools = operations
        .iter()
        .map(|operation| names::constant(&operation.request.name));
    let tools: Vec<_> = tools.map(|name| names::token_of(&name)).collect();
    let mut items = vec![quote! {
        /// Every tool, sorted by name.
        pub const TOOLS: &[&ToolSpec] = &[#(&#tools),*];
    }];
    for operation in operations {
        items.push(emit_spec(operation, schemas, &mut imports));
    }
    items.splice(..0, imports.emit());
    File {
        docs: vec!["The tools as data.".to_owned()],
        items,
    }
}

fn emit_spec(
    operation: &Operation,
    schemas: &Schemas<'_>,
    imports: &mut Imports<'_>,
) -> TokenStream {
    // A tool whose arguments are no object takes them as they are, and not by the name that the
    // field has here.
    let is_whole = |field: &Field| field.place == Place::WholeBody;
    let check =
        if operation.tool.resource.is_empty() && operation.request.fields.iter().any(is_whole) {
            "check_whole_as"
        } else {
            "check_as"
        };
    imports.add_runtime(["Effect", "Object", check]);
    let check = names::token_of(check);
    imports.add_type(&operation.request.name);
    let constant = names::token_of(&names::constant(&operation.request.name));
    let request = names::token(&operation.request.name);
    let tool = &operation.tool;
    let [name, description, resource, method] =
        [&tool.name, &tool.description, &tool.resource, &tool.method]
            .map(|text| literal::text(text));
    let tags = tool.tags.iter().map(|tag| literal::text(tag));
    let effect = names::token_of(match operation.access {
        Access::Reads => "Reads",
        Access::Writes => "Writes",
        Access::Destroys => "Destroys",
    });
    let [query_schema, body_schema, response_schema] =
        [&tool.query_schema, &tool.body_schema, &tool.response_schema]
            .map(|schema| schemas.emit_reference(schema, imports));
    quote! {
        pub(super) static #constant: ToolSpec = ToolSpec {
            name: #name,
            description: #description,
            resource: #resource,
            method: #method,
            tags: &[#(#tags),*],
            effect: Effect::#effect,
            query_schema: #query_schema,
            body_schema: #body_schema,
            response_schema: #response_schema,
            shape: #request::SHAPE,
            check: #check::<#request>,
        };
    }
}
