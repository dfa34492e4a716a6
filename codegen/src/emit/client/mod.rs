//! The file of the client.

mod account;
mod functions;
mod mcp;

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::paths::Imports;
use super::{File, docs, literal, names};
use crate::options::CatalogSource;

/// The file.
pub(crate) fn emit_client(ctx: &Ctx<'_>) -> File {
    let mut imports = Imports::new(ctx, "client");
    let mut items = match &ctx.api.source {
        CatalogSource::Truto(settings) => account::emit_account(ctx, settings, &mut imports),
        CatalogSource::Mcp(server) => mcp::emit_mcp(ctx, server.as_ref(), &mut imports),
        CatalogSource::Functions => functions::emit_functions(ctx, &mut imports),
    };
    items.push(emit_tools(ctx, &mut imports));
    if let CatalogSource::Truto(_) = ctx.api.source {
        items.push(account::emit_budget(&mut imports));
        items.push(account::emit_conversion());
    }
    items.splice(..0, imports.emit());
    let title = docs::sentence(&ctx.api.title);
    File {
        docs: vec![format!("The client of {title}.")],
        items,
    }
}

/// The catalog of a client that is not set up from an account.
fn emit_toolset(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> [TokenStream; 2] {
    imports.add_runtime(["CatalogSpec"]);
    imports.add_sibling("registry", "TOOLS");
    let name = literal::text(ctx.api.module.plain());
    let spec = quote! {
        static SPEC: CatalogSpec = CatalogSpec::of_tools(#name, TOOLS);
    };
    let catalog = quote! {
        /// The catalog as data: its name and its tools.
        pub static CATALOG: &CatalogSpec = &SPEC;
    };
    [spec, catalog]
}

/// The struct, around a client of the runtime; what its clones share.
fn emit_definition(ctx: &Ctx<'_>, shared: &str, inner: &str) -> TokenStream {
    let title = docs::sentence(&ctx.api.title);
    let docs = docs::emit_lines(&[
        format!("A client of {title}."),
        String::new(),
        format!("Cheap to clone; {shared}. `Access`"),
        "is what it may do: `ReadOnly`, `ReadWrite`, or `Full`.".to_owned(),
    ]);
    let inner = names::token_of(inner);
    // Tools that are methods of the client stand in modules beside it.
    let visibility = (!ctx.api.operations.is_empty()).then(|| quote!(pub(super)));
    quote! {
        #docs
        #[derive(Debug, Clone)]
        pub struct Client<Access = Full>(#visibility codegen::#inner<Access>);
    }
}

/// How a client is made, and how it is made to be allowed less.
fn emit_restrictions(constructors: &TokenStream, imports: &mut Imports<'_>) -> [TokenStream; 2] {
    imports.add_runtime(["self", "Full", "ReadOnly", "ReadWrite"]);
    let read_only = quote! {
        #[must_use]
        pub fn read_only(&self) -> Client<ReadOnly> {
            Client(self.0.read_only())
        }
    };
    let full = quote! {
        impl Client {
            #constructors

            /// The same client, without the methods that change or destroy something.
            #read_only

            /// The same client, without the methods that destroy something.
            #[must_use]
            pub fn read_write(&self) -> Client<ReadWrite> {
                Client(self.0.read_write())
            }
        }
    };
    let read_write = quote! {
        impl Client<ReadWrite> {
            /// The same client, without the methods that change something.
            #read_only
        }
    };
    [full, read_write]
}

fn emit_tools(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime([ctx.call(), "Error", "Json", "ToolSpec", "Toolbox"]);
    let call = names::token_of(ctx.call());
    quote! {
        impl<Access: codegen::Access> Client<Access> {
            /// The tools that this client may call, sorted by name.
            pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + use<Access> {
                self.0.tools()
            }

            /// The tool of this name.
            ///
            /// # Errors
            ///
            /// There is none, or this client may not call it.
            pub fn tool(&self, name: &str) -> Result<&'static ToolSpec, Error> {
                self.0.tool(name)
            }

            /// Calls a tool by its name, with arguments as a model gives them.
            pub fn call_tool(&self, name: &str, arguments: Json) -> #call<Json> {
                self.0.call_tool(name, arguments)
            }

            /// The tools of this client for a model: what it asks for is checked, carried out and
            /// answered so that it can go on.
            #[must_use]
            pub fn toolbox(&self) -> Toolbox {
                self.0.toolbox()
            }
        }
    }
}
