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
mod part;
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

use crate::model::{Api, Operation, Resource};
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

/// What a crate is to be emitted from: each catalog with what its emitters ask about it.
#[derive(Debug)]
pub(crate) struct Emitter<'a> {
    apis: &'a [&'a Api],
    layout: Layout,
    catalogs: Vec<(Ctx<'a>, Schemas<'a>)>,
}

/// One file that is to be emitted. No two know of each other, so that each may be emitted
/// wherever there is time for it.
#[derive(Debug)]
pub(crate) struct Job<'e> {
    emitter: &'e Emitter<'e>,
    content: Content<'e>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy)]
enum Content<'e> {
    Root,
    Module(Catalog<'e>),
    Client(Catalog<'e>),
    Registry(Catalog<'e>),
    Schemas(Catalog<'e>),
    Ids(Catalog<'e>),
    Shared(Catalog<'e>),
    Resource(Catalog<'e>, &'e Resource),
    Direct(Catalog<'e>, &'e Operation),
}

type Catalog<'e> = &'e (Ctx<'e>, Schemas<'e>);

impl<'a> Emitter<'a> {
    pub(crate) fn new(apis: &'a [&'a Api], options: &Options) -> Self {
        let place = Place::of(options);
        let prepare = |api: &&'a Api| {
            let ctx = Ctx::new(api, &place);
            let schemas = Schemas::new(&ctx);
            (ctx, schemas)
        };
        Self {
            apis,
            layout: options.layout,
            catalogs: apis.iter().map(prepare).collect(),
        }
    }

    /// The files of the crate: the root and a module for each catalog. Those that grow with the
    /// whole catalog come first.
    pub(crate) fn jobs(&self) -> Vec<Job<'_>> {
        let mut contents = Vec::new();
        for catalog in &self.catalogs {
            let (ctx, schemas) = catalog;
            contents.extend([Content::Registry(catalog), Content::Module(catalog)]);
            if !schemas.is_empty() {
                contents.push(Content::Schemas(catalog));
            }
            if !ctx.api.ids.is_empty() {
                contents.push(Content::Ids(catalog));
            }
            if ctx.has_shared_types() {
                contents.push(Content::Shared(catalog));
            }
            contents.push(Content::Client(catalog));
            let resources = ctx.resources();
            contents.extend(resources.map(|(_, resource)| Content::Resource(catalog, resource)));
            let direct = ctx.direct();
            contents.extend(direct.map(|(_, operation)| Content::Direct(catalog, operation)));
        }
        if self.layout == Layout::Modules {
            contents.push(Content::Root);
        }
        let contents = contents.into_iter();
        contents
            .map(|content| Job {
                emitter: self,
                content,
            })
            .collect()
    }

    /// For each catalog an example of a call: lines of Markdown, empty if it has no tool.
    pub(crate) fn emit_examples(&self) -> Vec<Vec<String>> {
        let catalogs = self.catalogs.iter();
        let example = |(ctx, _): &(Ctx<'_>, _)| example::emit_first_example(ctx);
        catalogs
            .map(|catalog| example(catalog).unwrap_or_default())
            .collect()
    }
}

/// The file of the root of a crate.
const ROOT: &str = "src/lib.rs";

impl Job<'_> {
    /// Emits the file.
    pub(crate) fn emit(&self) -> Unit {
        match self.content {
            Content::Root => Unit::new(ROOT.to_owned(), None, root::emit_root(self.emitter.apis)),
            Content::Module((ctx, schemas)) => {
                // The root passes the runtime on, wherever it comes from.
                let runtime = match self.emitter.layout {
                    Layout::Root => Some(paths::emit_runtime_reexport()),
                    Layout::Modules => None,
                };
                self.place(ctx, "mod", module::emit_module(ctx, schemas, runtime))
            }
            Content::Client((ctx, _)) => self.place(ctx, "client", client::emit_client(ctx)),
            Content::Registry((ctx, schemas)) => {
                self.place(ctx, "registry", registry::emit_registry(ctx, schemas))
            }
            Content::Schemas((ctx, schemas)) => {
                self.place(ctx, "schemas", schemas::emit_schemas(schemas))
            }
            Content::Ids((ctx, _)) => self.place(ctx, "ids", ids::emit_ids(ctx)),
            Content::Shared((ctx, _)) => self.place(ctx, SHARED, shared::emit_shared(ctx)),
            Content::Resource((ctx, _), resource) => {
                let file = resource::emit_resource(ctx, resource);
                self.place(ctx, resource.accessor.plain(), file)
            }
            Content::Direct((ctx, _), operation) => {
                let file = direct::emit_direct(ctx, operation);
                self.place(ctx, operation.method.plain(), file)
            }
        }
    }

    /// Puts a file of a catalog where the crate has it.
    fn place(&self, ctx: &Ctx<'_>, module: &str, file: File) -> Unit {
        let path = match (self.emitter.layout, module) {
            (Layout::Modules, module) => format!("src/{}/{module}.rs", ctx.api.module.plain()),
            (Layout::Root, "mod") => ROOT.to_owned(),
            (Layout::Root, module) => format!("src/{module}.rs"),
        };
        Unit::new(path, Some(ctx.api.snapshot_file.clone()), file)
    }
}

impl Unit {
    fn new(path: String, origin: Option<String>, file: File) -> Self {
        Self {
            path,
            origin,
            docs: file.docs,
            items: file.items,
        }
    }
}
