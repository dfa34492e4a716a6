//! What is particular to the client of a connected account: the variables, the builder, the
//! resources.

use proc_macro2::{Group, TokenStream};
use quote::quote;

use super::emit_restrictions;
use crate::emit::ctx::Ctx;
use crate::emit::part::part;
use crate::emit::paths::Imports;
use crate::emit::{docs, literal, names};
use crate::model::Resource;
use crate::options::AccountSettings;

/// The items of such a client, between its catalog and its tools.
pub(super) fn emit_account(
    ctx: &Ctx<'_>,
    settings: &AccountSettings,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    let mut items = Vec::from(emit_catalog(ctx, settings, imports));
    items.push(super::emit_definition(
        ctx,
        "clones share connections and what is known of the rate limit",
        "Client",
    ));
    items.extend(emit_setup(settings, imports));
    items.push(emit_accessors(ctx, imports));
    items
}

fn emit_catalog(
    ctx: &Ctx<'_>,
    settings: &AccountSettings,
    imports: &mut Imports<'_>,
) -> [TokenStream; 2] {
    imports.add_runtime(["CatalogSpec", "NameIndex", "Variables"]);
    imports.add_sibling("registry", "TOOLS");
    let name = literal::text(ctx.api.module.plain());
    let base_url = literal::text(&settings.base_url);
    let tokens = settings
        .token_variables
        .iter()
        .map(|name| literal::text(name));
    let account = literal::text(&settings.account_variable);
    let base_url_variable = literal::text(&settings.base_url_variable);
    let spec = quote! {
        static SPEC: CatalogSpec = CatalogSpec {
            name: #name,
            variables: Variables {
                token: &[#(#tokens),*],
                account: #account,
                base_url: #base_url_variable,
            },
            base_url: #base_url,
            tools: TOOLS,
            names: NameIndex::new(),
        };
    };
    let catalog = quote! {
        /// The catalog as data: where it is, what a client is set up from, its tools.
        pub static CATALOG: &CatalogSpec = &SPEC;
    };
    [spec, catalog]
}

fn emit_setup(settings: &AccountSettings, imports: &mut Imports<'_>) -> [TokenStream; 2] {
    imports.add_runtime(["self", "ClientBuilder", "Error"]);
    let from_env_docs = emit_from_env_docs(settings);
    let constructors = quote! {
        #from_env_docs
        pub fn from_env() -> Result<Self, Error> {
            ClientBuilder::from_env(CATALOG).build()
        }

        /// Sets a client up step by step.
        pub fn builder() -> ClientBuilder<Self> {
            ClientBuilder::new(CATALOG)
        }
    };
    emit_restrictions(&constructors, imports)
}

fn emit_from_env_docs(settings: &AccountSettings) -> Group {
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
    let accessors: Vec<Group> = ctx
        .resources()
        .map(|(module, resource)| emit_accessor(module, resource, imports))
        .collect();
    quote! {
        impl<Access> Client<Access> {
            #(#accessors)*
        }
    }
}

fn emit_accessor(module: &str, resource: &Resource, imports: &mut Imports<'_>) -> Group {
    imports.add_sibling(module, resource.handle.as_str());
    let accessor = names::token(&resource.accessor);
    let handle = names::token(&resource.handle);
    let docs = docs::emit_lines(&[format!(
        "Operations on {}.",
        docs::sentence(&resource.title)
    )]);
    part(quote! {
        #docs
        #[must_use]
        pub fn #accessor(&self) -> #handle<'_, Access> {
            #handle(self.0.resource())
        }
    })
}

/// The method that shows what is left of the rate limit.
pub(super) fn emit_budget(imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["Budget"]);
    quote! {
        impl<Access> Client<Access> {
            /// What is left of the rate limit, which all clients of this process with the same
            /// address, token and account share.
            #[must_use]
            pub fn budget(&self) -> Budget {
                self.0.budget()
            }
        }
    }
}

/// What the builder makes of a client that it has set up.
pub(super) fn emit_conversion() -> TokenStream {
    quote! {
        impl From<codegen::Client<Full>> for Client {
            fn from(client: codegen::Client<Full>) -> Self {
                Self(client)
            }
        }
    }
}
