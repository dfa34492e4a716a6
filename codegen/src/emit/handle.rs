//! The handle of a resource, with a method for each of its tools.

use proc_macro2::{Group, TokenStream};
use quote::quote;

use super::ctx::Ctx;
use super::docs;
use super::example::emit_example;
use super::imports::Imports;
use crate::emit::tokens::group::group;
use crate::emit::tokens::{literal, names};
use crate::emit::types::request::emit_response;
use crate::model::{Effect, Operation, Resource, Response};

/// Emits the struct and its methods, and the macro call that implements `Debug`.
pub(crate) fn emit_handle(
    ctx: &Ctx<'_>,
    resource: &Resource,
    imports: &mut Imports<'_>,
) -> [TokenStream; 3] {
    imports.add_runtime(["Resource", "handles"]);
    let name = names::token(&resource.handle);
    let docs = emit_handle_docs(ctx, resource);
    let methods: Vec<Group> = resource
        .operations
        .iter()
        .map(|operation| emit_method(ctx, operation, imports))
        .collect();
    let definition = quote! {
        #docs
        pub struct #name<'a, Access>(pub(super) Resource<'a, Access>);
    };
    let functions = quote! {
        impl<Access> #name<'_, Access> {
            #(#methods)*
        }
    };
    [definition, functions, quote!(handles!(#name);)]
}

fn emit_handle_docs(ctx: &Ctx<'_>, resource: &Resource) -> Group {
    // rustdoc writes links without `r#`.
    let accessor = resource.accessor.plain();
    let title = docs::sentence(&resource.title);
    let mut lines = vec![
        format!("Operations on {title}, returned by [`Client::{accessor}`]."),
        String::new(),
        "Awaiting a call validates its arguments, then sends it. If they are invalid, it returns"
            .to_owned(),
        "`Error::Arguments` and sends nothing.".to_owned(),
    ];
    if let Some(example) = emit_example(ctx, resource) {
        lines.push(String::new());
        lines.extend(example);
    }
    lines.push(String::new());
    lines.push(format!("[`Client::{accessor}`]: super::Client::{accessor}"));
    docs::emit_lines(&lines)
}

/// Emits the method that calls a tool.
pub(crate) fn emit_method(
    ctx: &Ctx<'_>,
    operation: &Operation,
    imports: &mut Imports<'_>,
) -> Group {
    let method = names::token(&operation.method);
    let request = names::token(&operation.request.name);
    let fallback = || format!("Calls the tool {}.", docs::code(&operation.tool.name));
    let docs = docs::emit_docs(&operation.docs, fallback);
    let deprecated = operation.deprecated.as_ref().map(|note| {
        let note = literal::text(&docs::sentence(note));
        quote!(#[deprecated(note = #note)])
    });
    let bound = emit_bound(operation.effect, imports);
    let record = emit_response(&operation.response, imports);
    let (call_type, call) = match operation.response {
        Response::Listing(_) => ("Listing", "list"),
        Response::Record(_) | Response::Deleted => (ctx.call(), "call"),
    };
    imports.add_runtime([call_type]);
    let (call_type, call) = (names::token_of(call_type), names::token_of(call));
    let constant = names::constant(&operation.request.name);
    imports.add_sibling("registry", &constant);
    let tool = names::token_of(&constant);
    group(quote! {
        #docs
        #deprecated
        pub fn #method(&self, request: #request) -> #call_type<#record> #bound {
            self.0.#call(&#tool, request)
        }
    })
}

/// Emits the permission that the client needs.
fn emit_bound(effect: Effect, imports: &mut Imports<'_>) -> TokenStream {
    match effect {
        Effect::Reads => TokenStream::new(),
        Effect::Writes => {
            imports.add_runtime(["CanWrite"]);
            quote!(where Access: CanWrite,)
        }
        Effect::Destroys => {
            imports.add_runtime(["CanDestroy"]);
            quote!(where Access: CanDestroy,)
        }
    }
}
