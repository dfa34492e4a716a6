//! The client of a connected account: its settings, its builder, and its resources.

use proc_macro2::{Group, TokenStream};
use quote::quote;

use super::wrapper::{emit_constructors, emit_definition};
use crate::emit::ctx::Ctx;
use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::tokens::group::group;
use crate::emit::tokens::{literal, names};
use crate::model::Resource;
use crate::options::AccountSettings;

/// Emits the items of the client that precede its tools.
pub(super) fn emit_account(
    ctx: &Ctx<'_>,
    settings: &AccountSettings,
    imports: &mut Imports<'_>,
) -> Vec<TokenStream> {
    let mut items = Vec::from(emit_catalog(ctx, settings, imports));
    let shared = "connections and the rate limiter";
    items.push(emit_definition(ctx, shared, "Client"));
    items.extend(emit_setup(settings, imports));
    items.push(emit_accessors(ctx, imports));
    items
}

fn emit_catalog(
    ctx: &Ctx<'_>,
    settings: &AccountSettings,
    imports: &mut Imports<'_>,
) -> [TokenStream; 2] {
    imports.add_runtime(["CatalogSpec", "Variables"]);
    imports.add_sibling("registry", "TOOLS");
    let name = literal::text(ctx.api.module.plain());
    let base_url = literal::text(&settings.base_url);
    let tokens = settings
        .token_variables
        .iter()
        .map(|name| literal::text(name));
    let secrets = super::wrapper::emit_secrets(ctx);
    let hashes = super::wrapper::emit_hashes(ctx, imports);
    let query = ctx.list_query.as_ref().map(|query| {
        let query = literal::text(query);
        quote!(.with_list_query(#query))
    });
    let account = literal::text(&settings.account_variable);
    let base_url_variable = literal::text(&settings.base_url_variable);
    let spec = quote! {
        static SPEC: CatalogSpec = CatalogSpec::of_account(
            #name,
            #base_url,
            Variables {
                token: &[#(#tokens),*],
                account: #account,
                base_url: #base_url_variable,
            },
            TOOLS,
        ) #secrets #hashes #query;
    };
    let catalog = quote! {
        /// The catalog as data: its base URL, its environment variables, and its tools.
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

        /// Returns a builder for a client.
        pub fn builder() -> ClientBuilder<Self> {
            ClientBuilder::new(CATALOG)
        }
    };
    emit_constructors(&constructors, imports)
}

fn emit_from_env_docs(settings: &AccountSettings) -> Group {
    let tokens: Vec<String> = settings
        .token_variables
        .iter()
        .map(|name| docs::code(name))
        .collect();
    docs::emit_lines(&[
        "Creates a client from environment variables:".to_owned(),
        String::new(),
        format!("- {}: the API token", tokens.join(" or ")),
        format!(
            "- {}: the identifier of the connected account",
            docs::code(&settings.account_variable)
        ),
        format!(
            "- {}: the base URL, {} by default",
            docs::code(&settings.base_url_variable),
            docs::sentence(&settings.base_url),
        ),
        String::new(),
        "# Errors".to_owned(),
        String::new(),
        "Returns an error that names the variable if one is missing or invalid.".to_owned(),
    ])
}

fn emit_accessors(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> TokenStream {
    let accessors: Vec<Group> = ctx
        .resources()
        .map(|(module, resource)| emit_accessor(ctx, module, resource, imports))
        .collect();
    quote! {
        impl<Access> Client<Access> {
            #(#accessors)*
        }
    }
}

fn emit_accessor(
    ctx: &Ctx<'_>,
    module: &str,
    resource: &Resource,
    imports: &mut Imports<'_>,
) -> Group {
    imports.add_sibling(module, resource.handle.as_str());
    let accessor = names::token(&resource.accessor);
    let handle = names::token(&resource.handle);
    let docs = docs::emit_lines(&[format!(
        "Returns the operations on {}.",
        docs::sentence(&resource.title)
    )]);
    let condition = ctx.parts().of_part(module).emit();
    group(quote! {
        #docs
        #condition
        #[must_use]
        pub fn #accessor(&self) -> #handle<'_, Access> {
            #handle(self.0.resource())
        }
    })
}

/// Emits the methods of the account, except those whose names a resource has.
pub(super) fn emit_account_methods(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["self", "Error"]);
    let is_free = |name: &str| {
        let mut accessors = ctx.resources().map(|(_, resource)| &resource.accessor);
        !accessors.any(|accessor| accessor.plain() == name)
    };
    let methods = account_methods();
    let methods = methods
        .into_iter()
        .filter_map(|(name, method)| is_free(name).then_some(method));
    quote! {
        impl<Access> Client<Access> {
            #(#methods)*
        }
    }
}

/// Returns the methods of the account, by name. The names are among `YIELDING_CLIENT_METHODS`.
fn account_methods() -> [(&'static str, TokenStream); 5] {
    let for_account = quote! {
        /// Returns a client for another account of the same token. Both share connections, settings
        /// and the rate limit of the token.
        #[must_use]
        pub fn for_account(&self, account: impl AsRef<str>) -> Self {
            Self(self.0.for_account(account))
        }
    };
    let account_id = quote! {
        /// Returns the identifier of the account.
        #[must_use]
        pub fn account_id(&self) -> &str {
            self.0.account_id()
        }
    };
    let account_status = quote! {
        /// Returns the status of the account, so that a program can check it before a run.
        ///
        /// # Errors
        ///
        /// Returns the errors of a call.
        pub async fn account_status(&self) -> Result<codegen::AccountStatus, Error> {
            self.0.account_status().await
        }
    };
    let reconnect_link = quote! {
        /// Creates a link with which the user can reconnect the account.
        ///
        /// # Errors
        ///
        /// Returns the errors of a call.
        pub async fn reconnect_link(&self) -> Result<codegen::ReconnectLink, Error> {
            self.0.reconnect_link().await
        }
    };
    let drain = quote! {
        /// Shuts down this client, its clones and its clients for other accounts. Waits up to
        /// `deadline` for the calls that were sent, and cancels those that wait.
        pub async fn drain(&self, deadline: codegen::Duration) -> codegen::Drained {
            self.0.drain(deadline).await
        }
    };
    [
        ("for_account", for_account),
        ("account_id", account_id),
        ("account_status", account_status),
        ("reconnect_link", reconnect_link),
        ("drain", drain),
    ]
}

/// Emits the method that returns the rate limiter.
pub(super) fn emit_rate_limiter(imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["RateLimiter"]);
    quote! {
        impl<Access> Client<Access> {
            /// Returns the rate limiter of this client. All clients in this process with the same
            /// base URL, token and account share it.
            #[must_use]
            pub fn rate_limiter(&self) -> RateLimiter {
                self.0.rate_limiter()
            }
        }
    }
}

/// Emits the conversion that the builder uses to return the generated client.
pub(super) fn emit_conversion() -> TokenStream {
    quote! {
        impl From<codegen::Client<Full>> for Client {
            fn from(client: codegen::Client<Full>) -> Self {
                Self(client)
            }
        }
    }
}
