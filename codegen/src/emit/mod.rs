//! Emits the model as tokens. Emission cannot fail: all errors are found before it.
//!
//! [`files`] and [`client`] have a module for each kind of generated file, [`types`] one for each kind of
//! item in them. [`ctx`] answers questions about the API, [`imports`] collects the imports of a file and
//! alone names the runtime, and [`docs`] escapes text of the catalog.

mod client;
pub(crate) mod ctx;
pub(crate) mod docs;
pub(crate) mod example;
mod file;
mod files;
mod handle;
mod imports;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod tokens;
mod types;

use ctx::parts::{self, SHARED};
use ctx::{Ctx, Placement};
use example::program;
use file::FileContents;
pub(crate) use file::SourceFile;
use files::schemas::Schemas;
use files::{client_method, ids, module, registry, resource, root, schemas, shared};
use tokens::lints;

use crate::model::{Api, Operation, Resource};
use crate::options::{Layout, Options};

/// Emits the files of a crate.
#[derive(Debug)]
pub(crate) struct Emitter<'a> {
    apis: &'a [&'a Api],
    options: &'a Options,
    catalogs: Vec<(Ctx<'a>, Schemas<'a>)>,
}

/// One file to emit. Jobs are independent of each other and can run in parallel.
#[derive(Debug)]
pub(crate) struct Job<'e> {
    emitter: &'e Emitter<'e>,
    kind: FileKind<'e>,
}

/// The kind of a generated file.
#[derive(Debug, Clone, Copy)]
enum FileKind<'e> {
    Root,
    Module(Catalog<'e>),
    Client(Catalog<'e>),
    Registry(Catalog<'e>),
    Schemas(Catalog<'e>),
    Ids(Catalog<'e>),
    Shared(Catalog<'e>),
    Resource(Catalog<'e>, &'e Resource),
    ClientMethod(Catalog<'e>, &'e Operation),
}

type Catalog<'e> = &'e (Ctx<'e>, Schemas<'e>);

/// The path of the root of a crate.
const ROOT: &str = "src/lib.rs";

impl<'a> Emitter<'a> {
    /// Creates an emitter for `apis`.
    pub(crate) fn new(apis: &'a [&'a Api], options: &'a Options) -> Self {
        let placement = Placement::new(options);
        let prepare = |api: &&'a Api| {
            let ctx = Ctx::new(api, &placement);
            let schemas = Schemas::new(&ctx);
            (ctx, schemas)
        };
        Self {
            apis,
            options,
            catalogs: apis.iter().map(prepare).collect(),
        }
    }

    /// Returns a job for each file of the crate: the root and the module of each catalog.
    ///
    /// The files that grow with the whole catalog come first, so that parallel workers finish at
    /// about the same time.
    pub(crate) fn jobs(&self) -> Vec<Job<'_>> {
        let mut kinds = Vec::new();
        for catalog in &self.catalogs {
            let (ctx, schemas) = catalog;
            kinds.extend([FileKind::Registry(catalog), FileKind::Module(catalog)]);
            if !schemas.is_empty() {
                kinds.push(FileKind::Schemas(catalog));
            }
            if !ctx.api.ids.is_empty() {
                kinds.push(FileKind::Ids(catalog));
            }
            if ctx.has_shared_types() {
                kinds.push(FileKind::Shared(catalog));
            }
            kinds.push(FileKind::Client(catalog));
            let resources = ctx.resources();
            kinds.extend(resources.map(|(_, resource)| FileKind::Resource(catalog, resource)));
            let methods = ctx.client_methods();
            kinds.extend(methods.map(|(_, operation)| FileKind::ClientMethod(catalog, operation)));
        }
        if self.options.layout != Layout::Root {
            kinds.push(FileKind::Root);
        }
        let job = |kind| Job {
            emitter: self,
            kind,
        };
        kinds.into_iter().map(job).collect()
    }

    /// Returns the features of each catalog, each feature with those that it enables.
    pub(crate) fn emit_features(&self) -> Vec<Vec<(String, Vec<String>)>> {
        let apis = self.apis.iter();
        apis.map(|api| parts::features_of(api, self.options))
            .collect()
    }

    /// Returns an example call for each catalog: lines of Markdown, empty if it has no tool.
    pub(crate) fn emit_examples(&self) -> Vec<Vec<String>> {
        let example = |(ctx, _): &(Ctx<'_>, _)| example::emit_first_example(ctx);
        self.catalogs
            .iter()
            .map(|catalog| example(catalog).unwrap_or_default())
            .collect()
    }
}

impl Emitter<'_> {
    /// Returns a program for each catalog as lines of Rust, empty if it has no tool.
    pub(crate) fn emit_programs(&self) -> Vec<Vec<String>> {
        let program = |(ctx, _): &(Ctx<'_>, _)| program::emit_first_program(ctx);
        self.catalogs
            .iter()
            .map(|catalog| program(catalog).unwrap_or_default())
            .collect()
    }
}

impl Job<'_> {
    /// Emits the file.
    pub(crate) fn emit(&self) -> SourceFile {
        match self.kind {
            FileKind::Root => SourceFile {
                path: match &self.emitter.options.layout {
                    Layout::Nested(module) => format!("{}/mod.rs", module.folder),
                    Layout::Modules | Layout::Root => ROOT.to_owned(),
                },
                origin: None,
                attributes: lints::emit_attributes(self.emitter.options),
                contents: root::emit_root(self.emitter.apis, self.emitter.options.features),
            },
            FileKind::Module((ctx, schemas)) => {
                // The root of the crate reexports the runtime, whichever file is the root.
                let is_root = self.emitter.options.layout == Layout::Root;
                let runtime = is_root.then(imports::emit_runtime_reexport);
                self.file(ctx, "mod", module::emit_module(ctx, schemas, runtime))
            }
            FileKind::Client((ctx, _)) => self.file(ctx, "client", client::emit_client(ctx)),
            FileKind::Registry((ctx, schemas)) => {
                self.file(ctx, "registry", registry::emit_registry(ctx, schemas))
            }
            FileKind::Schemas((ctx, schemas)) => {
                self.file(ctx, "schemas", schemas::emit_schemas(ctx, schemas))
            }
            FileKind::Ids((ctx, _)) => self.file(ctx, "ids", ids::emit_ids(ctx)),
            FileKind::Shared((ctx, _)) => self.file(ctx, SHARED, shared::emit_shared(ctx)),
            FileKind::Resource((ctx, _), resource) => {
                let contents = resource::emit_resource(ctx, resource);
                self.file(ctx, resource.accessor.plain(), contents)
            }
            FileKind::ClientMethod((ctx, _), operation) => {
                let contents = client_method::emit_client_method(ctx, operation);
                self.file(ctx, operation.method.plain(), contents)
            }
        }
    }

    /// Returns the file of a module of a catalog.
    fn file(&self, ctx: &Ctx<'_>, module: &str, contents: FileContents) -> SourceFile {
        let catalog = ctx.api.module.plain();
        let path = match (&self.emitter.options.layout, module) {
            (Layout::Modules, module) => format!("src/{catalog}/{module}.rs"),
            (Layout::Nested(parent), module) => format!("{}/{catalog}/{module}.rs", parent.folder),
            (Layout::Root, "mod") => ROOT.to_owned(),
            (Layout::Root, module) => format!("src/{module}.rs"),
        };
        let attributes = if path == ROOT {
            lints::emit_attributes(self.emitter.options)
        } else {
            Vec::new()
        };
        SourceFile {
            path,
            origin: Some(ctx.api.snapshot_file.clone()),
            attributes,
            contents,
        }
    }
}
