//! The file of the tools and identifier kinds as data.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::emit::ctx::Ctx;
use crate::emit::ctx::parts::operations;
use crate::emit::file::{FileContents, Item};
use crate::emit::files::schemas::Schemas;
use crate::emit::imports::Imports;
use crate::emit::tokens::group::group;
use crate::emit::tokens::{literal, names};
use crate::ident::Ident;
use crate::model::{
    ArgumentLocation, Effect, Field, IdType, Operation, Removal, Repetition, ToolMetadata,
};

/// Emits the file.
pub(crate) fn emit_registry(ctx: &Ctx<'_>, schemas: &Schemas<'_>) -> FileContents {
    let mut operations: Vec<(&str, &Operation)> = operations(ctx.api).collect();
    operations.sort_by(|(_, left), (_, right)| left.tool.name.cmp(&right.tool.name));
    let mut imports = Imports::new(ctx, "registry");
    imports.add_runtime(["ToolSpec"]);
    let tools = operations
        .iter()
        .filter(|(_, operation)| operation.removal.is_none())
        .map(|(part, operation)| emit_spec_reference(ctx, part, &operation.request.name));
    let mut items = vec![Item::from(quote! {
        /// All tools, sorted by name.
        pub const TOOLS: &[&ToolSpec] = &[#(#tools),*];
    })];
    if !ctx.api.hashes.is_empty() {
        let hashes = literal::lines(&ctx.api.hashes);
        items.push(Item::from(quote! {
            /// The hashes of the tools as the server lists them.
            pub(super) const HASHES: &str = #hashes;
        }));
    }
    let mut homes = BTreeMap::new();
    // Identifiers deep inside a schema are not registered, so some kinds are in no tool.
    let mut used: BTreeMap<&Ident, BTreeSet<&str>> = BTreeMap::new();
    for (part, operation) in &operations {
        homes.insert(&operation.request.name, *part);
        for kind in kinds(&operation.tool) {
            used.entry(kind).or_default().insert(part);
        }
    }
    for id in &ctx.api.ids {
        if let Some(parts) = used.get(&id.name) {
            let condition = ctx.parts().of_parts(parts.iter().copied());
            let tokens = emit_kind(ctx, id, &homes, &mut imports);
            items.push(Item::new(condition, tokens));
        }
    }
    for (part, operation) in operations {
        let tokens = match &operation.removal {
            None => emit_spec(ctx, operation, schemas, &mut imports),
            Some(removal) => emit_removed(ctx, operation, removal, &mut imports),
        };
        items.push(Item::new(ctx.parts().of_part(part), tokens));
    }
    items.splice(..0, imports.emit());
    FileContents {
        docs: vec!["The tools as data.".to_owned()],
        items,
    }
}

/// Emits a reference to the tool of a part as an element of a list: `&LIST_PROJECTS`.
fn emit_spec_reference(ctx: &Ctx<'_>, part: &str, request: &Ident) -> TokenStream {
    let condition = ctx.parts().of_part(part).emit();
    let constant = names::token_of(&names::constant(request));
    quote!(#condition &#constant)
}

/// Emits a kind of identifier and the tools that return it. `homes` has the part of each request.
fn emit_kind(
    ctx: &Ctx<'_>,
    id: &IdType,
    homes: &BTreeMap<&Ident, &str>,
    imports: &mut Imports<'_>,
) -> TokenStream {
    imports.add_runtime(["IdKind"]);
    let constant = names::token_of(&names::constant(&id.name));
    let name = literal::text(id.name.as_str());
    let noun = literal::text(&id.noun);
    let sources = id.sources.iter().filter_map(|request| {
        let part = homes.get(request)?;
        Some(emit_spec_reference(ctx, part, request))
    });
    quote! {
        static #constant: IdKind = IdKind {
            name: #name,
            noun: #noun,
            sources: &[#(#sources),*],
        };
    }
}

/// Returns the kinds of identifiers that a tool takes and returns.
fn kinds(tool: &ToolMetadata) -> impl Iterator<Item = &Ident> {
    let takes = tool.takes.iter().map(|id| &id.kind);
    takes.chain(tool.gives.iter().map(|id| &id.kind))
}

/// Emits the identifiers that a tool takes.
fn emit_takes(tool: &ToolMetadata, imports: &mut Imports<'_>) -> Option<TokenStream> {
    let arguments = tool.takes.iter().map(|id| {
        imports.add_runtime(["IdArgument"]);
        let pointer = literal::text(&id.pointer);
        let kind = names::token_of(&names::constant(&id.kind));
        group(if id.is_required {
            quote!(IdArgument::Required(#pointer, &#kind))
        } else {
            quote!(IdArgument::Optional(#pointer, &#kind))
        })
    });
    emit_list("takes", &arguments.collect::<Vec<_>>())
}

/// Emits the identifiers that a tool returns.
fn emit_gives(tool: &ToolMetadata, imports: &mut Imports<'_>) -> Option<TokenStream> {
    let fields = tool.gives.iter().map(|id| {
        imports.add_runtime(["IdField"]);
        let pointer = literal::text(&id.pointer);
        let kind = names::token_of(&names::constant(&id.kind));
        group(quote!(IdField(#pointer, &#kind)))
    });
    emit_list("gives", &fields.collect::<Vec<_>>())
}

/// Emits the arguments that headers repeat.
fn emit_headers(tool: &ToolMetadata, imports: &mut Imports<'_>) -> Option<TokenStream> {
    let headers = tool.headers.iter().map(|(path, name)| {
        imports.add_runtime(["HeaderArgument"]);
        let path = path.iter().map(|name| literal::text(name));
        let name = literal::text(name);
        group(quote!(HeaderArgument { path: &[#(#path),*], name: #name }))
    });
    emit_list("headers", &headers.collect::<Vec<_>>())
}

/// Emits the field of a list, unless the list is empty, which is the default.
fn emit_list(field: &str, elements: &[impl ToTokens]) -> Option<TokenStream> {
    let field = names::token_of(field);
    let list = (!elements.is_empty()).then(|| group(quote!(&[#(#elements),*])))?;
    Some(quote!(#field: #list,))
}

/// Emits a removed tool. It is in no list, and a call of it is an error.
fn emit_removed(
    ctx: &Ctx<'_>,
    operation: &Operation,
    removal: &Removal,
    imports: &mut Imports<'_>,
) -> TokenStream {
    imports.add_runtime(["Effect", "Object", "check_as"]);
    imports.add_type(&operation.request.name);
    let constant = names::token_of(&names::constant(&operation.request.name));
    let request = names::token(&operation.request.name);
    let path = format!("{}::{}", ctx.path, operation.request.name);
    let tool = &operation.tool;
    let [name, resource, method, path, since] = [
        &tool.name,
        &tool.resource,
        &tool.method,
        &path,
        &removal.since,
    ]
    .map(|text| literal::text(text));
    let nearest = if let Some(nearest) = &removal.nearest {
        let nearest = literal::text(nearest);
        quote!(Some(#nearest))
    } else {
        quote!(None)
    };
    let effect = emit_effect(operation.effect);
    quote! {
        pub(super) static #constant: ToolSpec = ToolSpec {
            resource: #resource,
            method: #method,
            request: #path,
            removal: ToolSpec::removed_since(#since, #nearest),
            ..ToolSpec::new(#name, Effect::#effect, &#request::SHAPE, check_as::<#request>)
        };
    }
}

fn emit_effect(effect: Effect) -> proc_macro2::Ident {
    names::token_of(match effect {
        Effect::Reads => "Reads",
        Effect::Writes => "Writes",
        Effect::Destroys => "Destroys",
    })
}

fn emit_spec(
    ctx: &Ctx<'_>,
    operation: &Operation,
    schemas: &Schemas<'_>,
    imports: &mut Imports<'_>,
) -> TokenStream {
    // The arguments of a tool without a resource may be a value other than an object. It is sent
    // without the name of the field that holds it.
    let is_whole = |field: &Field| field.location == Some(ArgumentLocation::WholeBody);
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
    let takes = emit_takes(tool, imports);
    let gives = emit_gives(tool, imports);
    let is_idempotent = tool.repetition == Repetition::Harmless;
    let tags: Vec<_> = tool.tags.iter().map(|tag| literal::text(tag)).collect();
    let tags = emit_list("tags", &tags);
    let audit_fields = tool.audit_fields.iter().map(|name| literal::text(name));
    let audit_fields = emit_list("audit_fields", &audit_fields.collect::<Vec<_>>());
    let headers = emit_headers(tool, imports);
    let effect = emit_effect(operation.effect);
    let [query_schema, body_schema, response_schema] =
        [&tool.query_schema, &tool.body_schema, &tool.response_schema]
            .map(|schema| schemas.emit_reference(schema, imports));
    quote! {
        pub(super) static #constant: ToolSpec = ToolSpec {
            title: #title,
            description: #description,
            resource: #resource,
            method: #method,
            #tags
            is_idempotent: #is_idempotent,
            request: #path,
            #takes
            #gives
            #audit_fields
            query_schema: #query_schema,
            body_schema: #body_schema,
            response_schema: #response_schema,
            #headers
            ..ToolSpec::new(#name, Effect::#effect, &#request::SHAPE, #check::<#request>)
        };
    }
}
