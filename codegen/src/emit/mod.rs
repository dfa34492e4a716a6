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
mod digest;
mod direct;
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
mod union;

pub(crate) use digest::emit_digest;
pub use digest::{Digest, DigestPage};

use ctx::{Ctx, Place, SHARED};
use proc_macro2::TokenStream;
use schemas::Schemas;

use crate::model::Api;
use crate::options::{Layout, Options};

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

/// What is emitted of a crate.
#[derive(Debug)]
pub(crate) struct Emitted {
    /// The files.
    pub(crate) units: Vec<Unit>,
    /// For each catalog an example of a call: lines of Markdown, empty if it has no tool.
    pub(crate) examples: Vec<Vec<String>>,
}

/// Emits the crate of `apis`: the root and a module for each.
pub(crate) fn emit_crate(apis: &[&Api], options: &Options) -> Emitted {
    let place = Place::of(options);
    let mut units = Vec::new();
    if place.layout == Layout::Modules {
        let root = root::emit_root(apis);
        units.push(Unit {
            path: ROOT.to_owned(),
            origin: None,
            docs: root.docs,
            items: root.items,
        });
    }
    let mut examples = Vec::new();
    for api in apis {
        let ctx = Ctx::new(api, &place);
        units.extend(emit_api(&ctx, place.layout));
        examples.push(example::emit_first_example(&ctx).unwrap_or_default());
    }
    Emitted { units, examples }
}

/// The file of the root of a crate.
const ROOT: &str = "src/lib.rs";

fn emit_api(ctx: &Ctx<'_>, layout: Layout) -> Vec<Unit> {
    let api = ctx.api;
    let schemas = Schemas::new(ctx);
    let mut files = vec![
        ("mod", module::emit_module(ctx, &schemas)),
        ("client", client::emit_client(ctx)),
        ("registry", registry::emit_registry(ctx, &schemas)),
    ];
    if !schemas.is_empty() {
        files.push(("schemas", schemas::emit_schemas(&schemas)));
    }
    if !api.ids.is_empty() {
        files.push(("ids", ids::emit_ids(ctx)));
    }
    if ctx.has_shared_types() {
        files.push((SHARED, shared::emit_shared(ctx)));
    }
    for (module, resource) in ctx.resources() {
        files.push((module, resource::emit_resource(ctx, resource)));
    }
    for (module, operation) in ctx.direct() {
        files.push((module, direct::emit_direct(ctx, operation)));
    }
    let path = |module: &str| match (layout, module) {
        (Layout::Modules, module) => format!("src/{}/{module}.rs", api.module.plain()),
        (Layout::Root, "mod") => ROOT.to_owned(),
        (Layout::Root, module) => format!("src/{module}.rs"),
    };
    let unit = |(module, mut file): (&str, File)| {
        let path = path(module);
        if path == ROOT {
            // The root passes the runtime on, wherever it comes from.
            file.items.push(paths::emit_runtime_reexport());
        }
        Unit {
            path,
            origin: Some(api.source.clone()),
            docs: file.docs,
            items: file.items,
        }
    };
    files.into_iter().map(unit).collect()
}
