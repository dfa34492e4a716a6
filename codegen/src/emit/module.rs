//! The file of a catalog's module: its documentation, an example, and its public names.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::example::emit_first_example;
use super::file::FileContents;
use super::imports::{RUNTIME, SortedName, emit_name_list};
use super::schemas::Schemas;
use super::{docs, names};
use crate::ident::Ident;

/// Emits the file. `runtime` is the reexport of the runtime, if it belongs in this file.
pub(crate) fn emit_module(
    ctx: &Ctx<'_>,
    schemas: &Schemas<'_>,
    runtime: Option<TokenStream>,
) -> FileContents {
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
    FileContents {
        docs: emit_module_docs(ctx),
        items: modules.chain(emit_uses(&exports, runtime)).collect(),
    }
}

/// Emits `pub use` items, sorted by module.
fn emit_uses(
    exports: &BTreeMap<&str, Vec<&Ident>>,
    runtime: Option<TokenStream>,
) -> Vec<TokenStream> {
    let own = [
        ("client", quote!({CATALOG, Client})),
        ("registry", quote!(TOOLS)),
    ];
    let listed = exports
        .iter()
        .map(|(module, names)| (*module, emit_name_list(names.iter().copied())));
    let mut uses = BTreeMap::new();
    for (module, names) in own.into_iter().chain(listed) {
        let Some(ident) = Ident::parse(module) else {
            continue;
        };
        let token = names::token(&ident);
        uses.insert(SortedName(module), quote!(pub use #token::#names;));
    }
    uses.extend(runtime.map(|runtime| (SortedName(RUNTIME), runtime)));
    uses.into_values().collect()
}

fn emit_module_docs(ctx: &Ctx<'_>) -> Vec<String> {
    let title = docs::sentence(&ctx.api.title);
    let mut lines = vec![format!(
        "A typed client for {title}, with a method and a request type for each tool."
    )];
    if let Some(example) = emit_first_example(ctx) {
        lines.push(String::new());
        lines.extend(example);
    }
    lines
}
