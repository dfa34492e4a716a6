//! The struct that wraps a client of the runtime, and its constructors.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::ctx::Ctx;
use crate::emit::imports::Imports;
use crate::emit::{docs, literal, names};

/// Emits the fields that the overlay marks as secrets, if there are any.
pub(super) fn emit_secrets(ctx: &Ctx<'_>) -> Option<TokenStream> {
    let secrets = ctx.api.secrets();
    let names = secrets.iter().map(|name| literal::text(name));
    (!secrets.is_empty()).then(|| quote!(.with_secrets(&[#(#names),*])))
}

/// Emits the catalog of a client that needs no account: its name and its tools.
pub(super) fn emit_catalog(ctx: &Ctx<'_>, imports: &mut Imports<'_>) -> [TokenStream; 2] {
    imports.add_runtime(["CatalogSpec"]);
    imports.add_sibling("registry", "TOOLS");
    let name = literal::text(ctx.api.module.plain());
    let secrets = emit_secrets(ctx);
    let spec = quote! {
        static SPEC: CatalogSpec = CatalogSpec::of_tools(#name, TOOLS) #secrets;
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
    let read_only = quote! {
        /// Returns the same client, restricted to tools that only read.
        #[must_use]
        pub fn read_only(&self) -> Client<ReadOnly> {
            Client(self.0.read_only())
        }
    };
    let full = quote! {
        impl Client {
            #constructors

            #read_only

            /// Returns the same client, restricted to tools that destroy nothing.
            #[must_use]
            pub fn read_write(&self) -> Client<ReadWrite> {
                Client(self.0.read_write())
            }
        }
    };
    let read_write = quote! {
        impl Client<ReadWrite> {
            #read_only
        }
    };
    [full, read_write]
}
