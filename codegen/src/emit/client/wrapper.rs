//! The struct that wraps a client of the runtime, and its constructors.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::ctx::Ctx;
use crate::emit::docs;
use crate::emit::imports::Imports;
use crate::emit::tokens::{literal, names};
use crate::model::VERIFY_TOOLS;

/// Emits the fields that the overlay marks as secrets, if there are any.
pub(super) fn emit_secrets(ctx: &Ctx<'_>) -> Option<TokenStream> {
    let secrets = ctx.api.secrets();
    let names = secrets.iter().map(|name| literal::text(name));
    (!secrets.is_empty()).then(|| quote!(.with_secrets(&[#(#names),*])))
}

/// Emits the hashes of the tools, if the catalog has a live source.
pub(super) fn emit_hashes(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> Option<TokenStream> {
    if ctx.api.hashes.is_empty() {
        return None;
    }
    imports.add_sibling("registry", "HASHES");
    Some(quote!(.with_hashes(HASHES)))
}

/// Emits the method that compares the tools with those of the server, if the catalog has a live source.
pub(super) fn emit_verification(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> Option<TokenStream> {
    let accessors = ctx.resources().map(|(_, resource)| &resource.accessor);
    let methods = ctx.client_methods().map(|(_, tool)| &tool.method);
    let is_taken = accessors
        .chain(methods)
        .any(|name| name.plain() == VERIFY_TOOLS);
    if ctx.api.hashes.is_empty() || is_taken {
        return None;
    }
    imports.add_runtime(["Error"]);
    Some(quote! {
        impl<Access> Client<Access> {
            /// Compares the tools that the server lists now with those from which this crate was
            /// generated. A model always sees the tools of this crate.
            ///
            /// # Errors
            ///
            /// Returns an error that names the tools that differ, or an error if the tools cannot be
            /// listed.
            pub async fn verify_tools(&self) -> Result<(), Error> {
                self.0.verify_tools().await
            }
        }
    })
}

/// Emits the catalog of a client that needs no account: its name and its tools.
pub(super) fn emit_catalog(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> [TokenStream; 2] {
    imports.add_runtime(["CatalogSpec"]);
    imports.add_sibling("registry", "TOOLS");
    let name = literal::text(ctx.api.module.plain());
    let secrets = emit_secrets(ctx);
    let hashes = emit_hashes(ctx, imports);
    let spec = quote! {
        static SPEC: CatalogSpec = CatalogSpec::of_tools(#name, TOOLS) #secrets #hashes;
    };
    let catalog = quote! {
        /// The catalog as data: its name and its tools.
        pub static CATALOG: &CatalogSpec = &SPEC;
    };
    [spec, catalog]
}

/// Emits the struct. It wraps the runtime's type `inner`; `shared` names the state that its clones
/// share.
pub(super) fn emit_definition(ctx: &Ctx<'_>, shared: &str, inner: &str) -> TokenStream {
    let title = docs::sentence(&ctx.api.title);
    let docs = docs::emit_lines(&[
        format!("A client for {title}."),
        String::new(),
        format!("Cloning is cheap: clones share {shared}."),
        "`Access` limits the methods that can be called: `ReadOnly`, `ReadWrite`, or `Full`."
            .to_owned(),
    ]);
    let inner = names::token_of(inner);
    // Tools that are methods of the client are in sibling modules.
    let visibility = (!ctx.api.operations.is_empty()).then(|| quote!(pub(super)));
    quote! {
        #docs
        #[derive(Debug, Clone)]
        pub struct Client<Access = Full>(#visibility codegen::#inner<Access>);
    }
}

/// Emits `constructors`, and the methods that return a client with fewer permissions.
pub(super) fn emit_constructors(
    constructors: &TokenStream,
    imports: &mut Imports<'_>,
) -> [TokenStream; 2] {
    imports.add_runtime(["self", "Full", "ReadOnly", "ReadWrite"]);
    let full = quote! {
        impl Client {
            #constructors

            /// Returns the same client, restricted to tools that destroy nothing.
            #[must_use]
            pub fn read_write(&self) -> Client<ReadWrite> {
                Client(self.0.read_write())
            }
        }
    };
    let any = quote! {
        impl<Access> Client<Access> {
            /// Returns the same client, restricted to tools that only read.
            #[must_use]
            pub fn read_only(&self) -> Client<ReadOnly> {
                Client(self.0.read_only())
            }
        }
    };
    [full, any]
}
