//! Turns the model into tokens. It cannot fail.
//!
//! One file for each thing that is generated, with one function at its top. [`ctx`] answers what
//! emitters ask about the API, [`paths`] collects what a file imports and alone names the runtime,
//! [`docs`] makes text of a catalog harmless.

mod arguments;
mod checks;
mod choice;
mod client;
mod ctx;
mod defined;
mod docs;
mod example;
#[cfg(test)]
pub(crate) mod fixture;
mod handle;
mod ids;
mod literal;
mod module;
mod names;
mod object;
mod paths;
mod record;
mod registry;
mod request;
mod resource;
mod root;
mod schemas;
mod setters;
mod shared;
mod ty;

use ctx::{Ctx, SHARED};
use proc_macro2::TokenStream;
use schemas::Schemas;

use crate::model::Api;

/// A file of the generated crate before rendering.
#[derive(Debug)]
pub(crate) struct Unit {
    /// The path from the root of the generated crate: `src/the_auth_api/api_keys.rs`.
    pub(crate) path: String,
    /// What the header names as the origin, if it is one catalog.
    pub(crate) origin: Option<String>,
    /// The documentation of the file: lines of Markdown.
    pub(crate) docs: Vec<String>,
    /// The items of the file.
    pub(crate) items: Vec<TokenStream>,
}

/// What a file says, wherever it will stand.
#[derive(Debug)]
struct File {
    docs: Vec<String>,
    items: Vec<TokenStream>,
}

/// Emits the crate of `apis`: the root and a module for each.
pub(crate) fn emit_crate(apis: &[&Api]) -> Vec<Unit> {
    let root = root::emit_root(apis);
    let mut units = vec![Unit {
        path: "src/lib.rs".to_owned(),
        origin: None,
        docs: root.docs,
        items: root.items,
    }];
    for api in apis {
        units.extend(emit_api(api));
    }
    units
}

fn emit_api(api: &Api) -> Vec<Unit> {
    let ctx = Ctx::new(api);
    let schemas = Schemas::new(&ctx);
    let mut files = vec![
        ("mod", module::emit_module(&ctx, &schemas)),
        ("client", client::emit_client(&ctx)),
        ("registry", registry::emit_registry(&ctx, &schemas)),
    ];
    if !schemas.is_empty() {
        files.push(("schemas", schemas::emit_schemas(&schemas)));
    }
    if !api.ids.is_empty() {
        files.push(("ids", ids::emit_ids(&ctx)));
    }
    if ctx.has_shared_types() {
        files.push((SHARED, shared::emit_shared(&ctx)));
    }
    for (module, resource) in ctx.resources() {
        files.push((module, resource::emit_resource(&ctx, resource)));
    }
    let unit = |(module, file): (&str, File)| Unit {
        path: format!("src/{}/{module}.rs", api.module.plain()),
        origin: Some(api.source.clone()),
        docs: file.docs,
        items: file.items,
    };
    files.into_iter().map(unit).collect()
}
