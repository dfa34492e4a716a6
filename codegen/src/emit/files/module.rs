//! The file of a catalog's module: its documentation, an example, and its public names.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::ctx::condition::Condition;
use crate::emit::ctx::{Ctx, is_part};
use crate::emit::docs;
use crate::emit::example::{emit_first_example, emit_within_part};
use crate::emit::file::{FileContents, Item};
use crate::emit::files::schemas::Schemas;
use crate::emit::imports::{RUNTIME, SortedName, emit_by_condition, emit_name_list};
use crate::emit::tokens::names;
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
        let condition = condition_of(ctx, module.plain());
        let module = names::token(&module);
        Item::new(condition, quote!(mod #module;))
    });
    FileContents {
        docs: emit_module_docs(ctx),
        items: modules.chain(emit_uses(ctx, &exports, runtime)).collect(),
    }
}

/// Returns the condition of a module of a catalog.
fn condition_of(ctx: &Ctx<'_>, module: &str) -> Condition {
    if is_part(module) {
        ctx.parts().of_part(module)
    } else {
        Condition::ALWAYS
    }
}

/// Emits `pub use` items, sorted by module.
fn emit_uses(
    ctx: &Ctx<'_>,
    exports: &BTreeMap<&str, Vec<&Ident>>,
    runtime: Option<TokenStream>,
) -> Vec<Item> {
    let own = [
        ("client", quote!({CATALOG, Client})),
        ("registry", quote!(TOOLS)),
    ];
    let own = own.map(|(module, names)| (module, vec![emit_use(module, &names).into()]));
    let listed = exports.iter().map(|(module, names)| {
        let of_module = condition_of(ctx, module);
        let names = names.iter().map(|name| {
            let of_name = ctx.condition_in(module, name);
            let is_within = of_name.is_always();
            (
                if is_within {
                    of_module.clone()
                } else {
                    of_name
                },
                *name,
            )
        });
        let items = emit_by_condition(names, |names| {
            emit_use(module, &emit_name_list(names.iter().copied()))
        });
        (*module, items)
    });
    let mut uses: BTreeMap<SortedName<'_>, Vec<Item>> = BTreeMap::new();
    for (module, items) in own.into_iter().chain(listed) {
        uses.insert(SortedName(module), items);
    }
    uses.extend(runtime.map(|runtime| (SortedName(RUNTIME), vec![runtime.into()])));
    uses.into_values().flatten().collect()
}

fn emit_use(module: &str, names: &TokenStream) -> TokenStream {
    let module = Ident::parse(module).map(|module| names::token(&module));
    quote!(pub use #module::#names;)
}

fn emit_module_docs(ctx: &Ctx<'_>) -> Vec<String> {
    let title = docs::sentence(&ctx.api.title);
    let mut lines = vec![format!(
        "A typed client for {title}, with a method and a request type for each tool."
    )];
    if let Some(example) = emit_first_example(ctx) {
        lines.push(String::new());
        lines.extend(emit_within_part(ctx, example));
    }
    lines
}
