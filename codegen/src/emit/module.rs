//! The file of a catalog's module: what it is, an example, and its public names.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::example::emit_first_example;
use super::paths::emit_name_list;
use super::schemas::Schemas;
use super::{File, docs, names};
use crate::ident::Ident;

/// The file.
pub(crate) fn emit_module(ctx: &Ctx<'_>, schemas: &Schemas<'_>) -> File {
    let mut exports: BTreeMap<&str, Vec<&Ident>> = BTreeMap::new();
    for (module, resource) in ctx.resources() {
        exports.entry(module).or_default().push(&resource.handle);
    }
    for (module, name) in ctx.types() {
        exports.entry(module).or_default().push(name);
    }
    let mut modules = vec!["client", "registry"];
    modules.extend(exports.keys());
    modules.extend((!schemas.is_empty()).then_some("schemas"));
    modules.sort_unstable();
    let modules = modules.into_iter().filter_map(Ident::parse).map(|module| {
        let module = names::token(&module);
        quote!(mod #module;)
    });
    File {
        docs: emit_module_docs(ctx),
        items: modules.chain(emit_uses(&exports)).collect(),
    }
}

/// `pub use`, by module.
fn emit_uses(exports: &BTreeMap<&str, Vec<&Ident>>) -> Vec<TokenStream> {
    let mut uses: BTreeMap<&str, TokenStream> = BTreeMap::new();
    uses.insert("client", quote!({CATALOG, Client}));
    uses.insert("registry", quote!(TOOLS));
    for (module, names) in exports {
        uses.insert(module, emit_name_list(names.iter().copied()));
    }
    let uses = uses.into_iter().filter_map(|(module, names)| {
        let module = names::token(&Ident::parse(module)?);
        Some(quote!(pub use #module::#names;))
    });
    uses.collect()
}

fn emit_module_docs(ctx: &Ctx<'_>) -> Vec<String> {
    let title = docs::sentence(&ctx.api.title);
    let mut lines = vec![format!(
        "{title}: a method and a type for each of its tools."
    )];
    if let Some(example) = emit_first_example(ctx) {
        lines.push(String::new());
        lines.extend(example);
    }
    lines
}
