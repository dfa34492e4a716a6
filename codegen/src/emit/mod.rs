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
    /// The items of the file.
    pub(crate) tokens: TokenStream,
}

/// Emits the crate of `apis`: the root and a module for each.
pub(crate) fn emit_crate(apis: &[&Api]) -> Vec<Unit> {
    let mut units = vec![Unit {
        path: "src/lib.rs".to_owned(),
        origin: None,
        tokens: root::emit_root(apis),
    }];
    for api in apis {
        units.extend(emit_api(api));
    }
    units
}

fn emit_api(api: &Api) -> Vec<Unit> {
    let ctx = Ctx::new(api);
    let schemas = Schemas::new(&ctx);
    let unit = |module: &str, tokens: TokenStream| Unit {
        path: format!("src/{}/{module}.rs", api.module.plain()),
        origin: Some(api.source.clone()),
        tokens,
    };
    let mut units = vec![
        unit("mod", module::emit_module(&ctx, &schemas)),
        unit("client", client::emit_client(&ctx)),
        unit("registry", registry::emit_registry(&ctx, &schemas)),
    ];
    if !schemas.is_empty() {
        units.push(unit("schemas", schemas::emit_schemas(&schemas)));
    }
    if !api.ids.is_empty() {
        units.push(unit("ids", ids::emit_ids(&ctx)));
    }
    if ctx.has_shared_types() {
        units.push(unit(SHARED, shared::emit_shared(&ctx)));
    }
    for (module, resource) in ctx.resources() {
        units.push(unit(module, resource::emit_resource(&ctx, resource)));
    }
    units
}
