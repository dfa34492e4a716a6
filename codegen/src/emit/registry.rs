//! The file of the tools as data.

use std::collections::BTreeSet;

use proc_macro2::{Group, TokenStream};
use quote::quote;

use super::ctx::Ctx;
use super::part::part;
use super::paths::Imports;
use super::schemas::Schemas;
use super::{File, literal, names};
use crate::ident::Ident;
use crate::model::{Effect, Field, IdType, Location, Operation, Repetition, ToolMetadata};

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
    // One that stands deeper than identifiers are looked for is named by no tool.
    let named: BTreeSet<&Ident> = operations.iter().flat_map(|it| kinds(&it.tool)).collect();
    for id in ctx.api.ids.iter().filter(|id| named.contains(&id.name)) {
        items.push(emit_kind(id, &mut imports));
    }
    for operation in operations {
        items.push(emit_spec(ctx, operation, schemas, &mut imports));
    }
    items.splice(..0, imports.emit());
    File {
        docs: vec!["The tools as data.".to_owned()],
        items,
    }
}

/// A kind of identifier, and the tools that give it.
fn emit_kind(id: &IdType, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["IdKind"]);
    let constant = names::token_of(&names::constant(&id.name));
    let name = literal::text(id.name.as_str());
    let noun = literal::text(&id.noun);
    let sources = id.sources.iter();
    let givers = sources.map(|request| names::token_of(&names::constant(request)));
    quote! {
        static #constant: IdKind = IdKind {
            name: #name,
            noun: #noun,
            givers: &[#(&#givers),*],
        };
    }
}

/// The kinds of identifiers that a tool takes and gives.
fn kinds(tool: &ToolMetadata) -> impl Iterator<Item = &Ident> {
    let takes = tool.takes.iter().map(|id| &id.kind);
    takes.chain(tool.gives.iter().map(|id| &id.kind))
}

/// The identifiers that a tool takes and gives.
fn emit_flow(tool: &ToolMetadata, imports: &mut Imports<'_>) -> [Group; 2] {
    let takes = tool.takes.iter().map(|id| {
        imports.add_runtime(["IdArgument"]);
        let pointer = literal::text(&id.pointer);
        let kind = names::token_of(&names::constant(&id.kind));
        part(if id.is_required {
            quote!(IdArgument::Required(#pointer, &#kind))
        } else {
            quote!(IdArgument::Optional(#pointer, &#kind))
        })
    });
    let takes: Vec<Group> = takes.collect();
    let takes = if takes.is_empty() {
        imports.add_runtime(["IdArgument"]);
        quote!(IdArgument::NONE)
    } else {
        quote!(&[#(#takes),*])
    };
    let gives = tool.gives.iter().map(|id| {
        imports.add_runtime(["IdField"]);
        let pointer = literal::text(&id.pointer);
        let kind = names::token_of(&names::constant(&id.kind));
        part(quote!(IdField(#pointer, &#kind)))
    });
    let gives: Vec<Group> = gives.collect();
    let gives = if gives.is_empty() {
        imports.add_runtime(["IdField"]);
        quote!(IdField::NONE)
    } else {
        quote!(&[#(#gives),*])
    };
    [takes, gives].map(part)
}

fn emit_spec(
    ctx: &Ctx<'_>,
    operation: &Operation,
    schemas: &Schemas<'_>,
    imports: &mut Imports<'_>,
) -> TokenStream {
    // A tool whose arguments are no object takes them as they are, and not by the name that the
    // field has here.
    let is_whole = |field: &Field| field.location == Location::WholeBody;
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
    let path = format!("{}::{}", ctx.path, operation.request.name);
    let [name, title, description, resource, method, path] = [
        &tool.name,
        &tool.title,
        &tool.description,
        &tool.resource,
        &tool.method,
        &path,
    ]
    .map(|text| literal::text(text));
    let [takes, gives] = emit_flow(tool, imports);
    let is_idempotent = tool.repetition == Repetition::Harmless;
    let tags = tool.tags.iter().map(|tag| literal::text(tag));
    let tags = if tool.tags.is_empty() {
        quote!(ToolSpec::NO_TAGS)
    } else {
        quote!(&[#(#tags),*])
    };
    let effect = names::token_of(match operation.effect {
        Effect::Reads => "Reads",
        Effect::Writes => "Writes",
        Effect::Destroys => "Destroys",
    });
    let [query_schema, body_schema, response_schema] =
        [&tool.query_schema, &tool.body_schema, &tool.response_schema]
            .map(|schema| schemas.emit_reference(schema, imports));
    quote! {
        pub(super) static #constant: ToolSpec = ToolSpec {
            name: #name,
            title: #title,
            description: #description,
            resource: #resource,
            method: #method,
            tags: #tags,
            effect: Effect::#effect,
            is_idempotent: #is_idempotent,
            request: #path,
            takes: #takes,
            gives: #gives,
            query_schema: #query_schema,
            body_schema: #body_schema,
            response_schema: #response_schema,
            shape: &#request::SHAPE,
            check: #check::<#request>,
        };
    }
}
