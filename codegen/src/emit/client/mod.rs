//! The file of the client.

mod account;
mod functions;
mod mcp;
mod wrapper;

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::docs;
use super::file::{FileContents, Item};
use super::imports::Imports;
use crate::emit::tokens::names;
use crate::options::CatalogSource;

/// Emits the file.
pub(crate) fn emit_client(ctx: &Ctx<'_>) -> FileContents {
    let mut imports = Imports::new(ctx, "client");
    let mut items = match &ctx.api.source {
        CatalogSource::Truto(settings) => account::emit_account(ctx, settings, &mut imports),
        CatalogSource::Mcp(server) => mcp::emit_mcp(ctx, server.as_ref(), &mut imports),
        CatalogSource::Functions => functions::emit_functions(ctx, &mut imports),
    };
    items.push(emit_tools(ctx, &mut imports));
    items.extend(wrapper::emit_verification(ctx, &mut imports));
    if let CatalogSource::Truto(_) = ctx.api.source {
        items.push(account::emit_account_methods(ctx, &mut imports));
        items.push(account::emit_rate_limiter(&mut imports));
        items.push(account::emit_conversion());
    }
    if let CatalogSource::Mcp(_) = ctx.api.source {
        items.push(mcp::emit_conversion());
    }
    let mut items: Vec<Item> = items.into_iter().map(Item::from).collect();
    items.splice(..0, imports.emit());
    let title = docs::sentence(&ctx.api.title);
    FileContents {
        docs: vec![format!("The client for {title}.")],
        items,
    }
}

/// Emits the methods that work with tools by name.
fn emit_tools(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime([ctx.call(), "Error", "Json", "ToolSpec", "Toolbox"]);
    let call = names::token_of(ctx.call());
    quote! {
        impl<Access: codegen::Access> Client<Access> {
            /// Returns the tools that this client may call, sorted by name.
            pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + use<Access> {
                self.0.tools()
            }

            /// Returns the tool with this name.
            ///
            /// # Errors
            ///
            /// Returns an error if there is no such tool, or if this client may not call it.
            pub fn tool(&self, name: &str) -> Result<&'static ToolSpec, Error> {
                self.0.tool(name)
            }

            /// Calls a tool by name, with its arguments as JSON.
            pub fn call_tool(&self, name: &str, arguments: Json) -> #call<Json> {
                self.0.call_tool(name, arguments)
            }

            /// Returns the tools of this client as a toolbox for a language model.
            ///
            /// The toolbox validates the arguments of each call, calls the tool, and returns a
            /// reply that the model can act on.
            #[must_use]
            pub fn toolbox(&self) -> Toolbox {
                self.0.toolbox()
            }
        }
    }
}
