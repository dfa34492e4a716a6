//! The file of the client.

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::paths::Imports;
use super::{File, docs, literal, names};
use crate::model::Resource;

/// The file.
pub(crate) fn emit_client(ctx: &Ctx<'_>) -> File {
    let mut imports = Imports::new(ctx, "client");
    let title = docs::sentence(&ctx.api.title);
    let mut items = vec![emit_catalog(ctx, &mut imports), emit_definition(&title)];
    items.extend(emit_setup(ctx, &mut imports));
    items.push(emit_accessors(ctx, &mut imports));
    items.push(emit_tools(&mut imports));
    items.push(emit_conversion());
    items.splice(..0, imports.emit());
    File {
        docs: vec![format!("The client of {title}.")],
        items,
    }
}

fn emit_catalog(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["CatalogSpec", "Variables"]);
    imports.add_sibling("registry", "TOOLS");
    let settings = &ctx.api.client;
    let name = literal::text(ctx.api.module.plain());
    let base_url = literal::text(&settings.base_url);
    let tokens = settings
        .token_variables
        .iter()
        .map(|name| literal::text(name));
    let account = literal::text(&settings.account_variable);
    let base_url_variable = literal::text(&settings.base_url_variable);
    quote! {
        /// The catalog as data: where it is, what a client is set up from, its tools.
        pub const CATALOG: &CatalogSpec = &CatalogSpec {
            name: #name,
            variables: Variables {
                token: &[#(#tokens),*],
                account: #account,
                base_url: #base_url_variable,
            },
            base_url: #base_url,
            tools: TOOLS,
        };
    }
}

fn emit_definition(title: &str) -> TokenStream {
    let docs = docs::emit_lines(&[
        format!("A client of {title}."),
        String::new(),
        "Cheap to clone; clones share connections and what is known of the rate limit. `Access`"
            .to_owned(),
        "is what it may do: `ReadOnly`, `ReadWrite`, or `Full`.".to_owned(),
    ]);
    quote! {
        #docs
        #[derive(Debug, Clone)]
        pub struct Client<Access = Full>(codegen::Client<Access>);
    }
}

fn emit_setup(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> [TokenStream; 2] {
    imports.add_runtime(["self", "ClientBuilder", "Error"]);
    imports.add_runtime(["Full", "ReadOnly", "ReadWrite"]);
    let from_env_docs = emit_from_env_docs(ctx);
    let read_only = quote! {
        #[must_use]
        pub fn read_only(&self) -> Client<ReadOnly> {
            Client(self.0.read_only())
        }
    };
    let full = quote! {
        impl Client {
            #from_env_docs
            pub fn from_env() -> Result<Self, Error> {
                ClientBuilder::from_env(CATALOG).build()
            }

            /// Sets a client up step by step.
            pub fn builder() -> ClientBuilder<Self> {
                ClientBuilder::new(CATALOG)
            }

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

fn emit_from_env_docs(ctx: &Ctx<'_>) -> TokenStream {
    let settings = &ctx.api.client;
    let tokens: Vec<String> = settings
        .token_variables
        .iter()
        .map(|name| docs::code(name))
        .collect();
    let mut lines = vec![
        "Sets a client up from environment variables:".to_owned(),
        String::new(),
    ];
    lines.push(format!("- {}: the token;", tokens.join(" or ")));
    lines.push(format!(
        "- {}: the connected account;",
        docs::code(&settings.account_variable)
    ));
    lines.push(format!(
        "- {}: the address, unless it is {}.",
        docs::code(&settings.base_url_variable),
        docs::sentence(&settings.base_url),
    ));
    lines.extend(["", "# Errors", "", "Which variable is missing or wrong."].map(str::to_owned));
    docs::emit_lines(&lines)
}

fn emit_accessors(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> TokenStream {
    let accessors: Vec<TokenStream> = ctx
        .resources()
        .map(|(module, resource)| emit_accessor(module, resource, imports))
        .collect();
    quote! {
        impl<Access> Client<Access> {
            #(#accessors)*
        }
    }
}

fn emit_accessor(module: &str, resource: &Resource, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_sibling(module, resource.handle.as_str());
    let accessor = names::token(&resource.accessor);
    let handle = names::token(&resource.handle);
    let docs = docs::emit_lines(&[format!(
        "Operations on {}.",
        docs::sentence(&resource.title)
    )]);
    quote! {
        #docs
        #[must_use]
        pub fn #accessor(&self) -> #handle<'_, Access> {
            #handle(self.0.resource())
        }
    }
}

fn emit_tools(imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["Call", "Json", "ToolSpec"]);
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
            pub fn call_tool(&self, name: &str, arguments: Json) -> Call<Json> {
                self.0.call_tool(name, arguments)
            }
        }
    }
}

fn emit_conversion() -> TokenStream {
    quote! {
        impl From<codegen::Client<Full>> for Client {
            fn from(client: codegen::Client<Full>) -> Self {
                Self(client)
            }
        }
    }
}
