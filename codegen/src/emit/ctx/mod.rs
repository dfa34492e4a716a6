//! Indexes of the API that several emitters use. They never change.

pub(super) mod condition;
pub(super) mod parts;

use std::collections::BTreeMap;

use self::condition::Condition;
use self::parts::{Parts, SHARED};
use crate::ident::Ident;
use crate::model::{Api, Choice, Operation, Resource, Struct, Union};
use crate::options::{CatalogSource, Enums, Layout, Options};

/// The modules of a catalog that are not those of a part.
const NOT_PARTS: [&str; 5] = ["client", "ids", "registry", "schemas", SHARED];

/// Returns `true` if a module of a catalog is that of a part.
pub(crate) fn is_part(module: &str) -> bool {
    !NOT_PARTS.contains(&module)
}

/// The place of catalogs in the generated crate.
#[derive(Debug)]
pub(crate) struct Placement {
    /// The path of the root of the generated code: `generated`, or `crate::tools`.
    root: String,
    /// The name of the crate.
    crate_name: String,
    layout: Layout,
    enums: Enums,
    /// `true` if each part of a catalog has a feature.
    has_optional_parts: bool,
    list_queries: BTreeMap<String, String>,
}

impl Placement {
    /// Returns the placement that the options ask for.
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            crate_name: options.crate_name.clone(),
            root: match &options.layout {
                Layout::Modules | Layout::Root => options.crate_name.replace('-', "_"),
                Layout::Nested(module) => format!("crate::{}", module.path),
            },
            layout: options.layout.clone(),
            enums: options.enums,
            has_optional_parts: parts::are_optional(options),
            list_queries: options.list_queries.clone(),
        }
    }

    /// Returns the path of a catalog's module in Rust code.
    fn path(&self, api: &Api) -> String {
        match self.layout {
            Layout::Modules | Layout::Nested(_) => format!("{}::{}", self.root, api.module),
            Layout::Root => self.root.clone(),
        }
    }
}

/// A catalog with its types indexed by name and module.
#[derive(Debug)]
pub(crate) struct Ctx<'a> {
    /// The catalog.
    pub(crate) api: &'a Api,
    /// The path of the catalog's module in Rust code: `generated::the_auth_api`.
    pub(crate) path: String,
    /// The name of the crate.
    pub(crate) crate_name: String,
    /// The path of the module that reexports the runtime.
    pub(crate) runtime: String,
    /// The line that begins an example.
    pub(crate) fence: &'static str,
    /// The treatment of values that a later catalog may add.
    pub(crate) enums: Enums,
    /// The query of the request that lists the tools, unless it is the usual one.
    pub(crate) list_query: Option<String>,
    parts: Parts<'a>,
    homes: BTreeMap<&'a Ident, &'a str>,
    choices: BTreeMap<&'a Ident, &'a Choice>,
    module_types: BTreeMap<&'a str, ModuleTypes<'a>>,
}

/// The types that one module defines, other than requests.
#[derive(Debug, Default)]
struct ModuleTypes<'a> {
    choices: Vec<&'a Choice>,
    structs: Vec<&'a Struct>,
    unions: Vec<&'a Union>,
}

impl<'a> Ctx<'a> {
    /// Indexes a catalog.
    pub(crate) fn new(api: &'a Api, placement: &Placement) -> Self {
        let parts = Parts::new(api, placement.has_optional_parts);
        let homes = homes(api).map(|(name, usual)| (name, parts.home(name, usual)));
        let homes: BTreeMap<&Ident, &str> = homes.collect();
        Self {
            api,
            path: placement.path(api),
            crate_name: placement.crate_name.clone(),
            runtime: format!("{}::runtime", placement.root),
            fence: match placement.layout {
                Layout::Modules | Layout::Root => "```no_run",
                // Only public modules of a library can be named in a doctest.
                Layout::Nested(_) => "```ignore",
            },
            enums: placement.enums,
            list_query: placement.list_queries.get(api.module.plain()).cloned(),
            choices: api
                .choices
                .iter()
                .map(|choice| (&choice.name, choice))
                .collect(),
            module_types: types_by_module(api, &homes),
            homes,
            parts,
        }
    }

    /// Returns the parts that features enable.
    pub(crate) fn parts(&self) -> &Parts<'a> {
        &self.parts
    }

    /// Returns the condition of a type in the module `home`. The modules of parts have conditions
    /// themselves.
    pub(crate) fn condition_in(&self, home: &str, name: &Ident) -> Condition {
        if is_part(home) {
            Condition::ALWAYS
        } else {
            self.parts.of_type(name)
        }
    }

    /// Returns the module that defines a type: `projects` for `ListProjects`.
    pub(crate) fn home(&self, name: &Ident) -> Option<&'a str> {
        self.homes.get(name).copied()
    }

    /// Returns every type other than handles, with the module that defines it.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&'a str, &'a Ident)> {
        self.homes.iter().map(|(name, module)| (*module, *name))
    }

    /// Returns the enum with this name.
    pub(crate) fn choice(&self, name: &Ident) -> Option<&'a Choice> {
        self.choices.get(name).copied()
    }

    /// Returns the enums that the module `home` defines.
    pub(crate) fn choices_of(&self, home: &str) -> impl Iterator<Item = &'a Choice> {
        let types = self.module_types.get(home).into_iter();
        types.flat_map(|types| types.choices.iter().copied())
    }

    /// Returns the structs that the module `home` defines.
    pub(crate) fn structs_of(&self, home: &str) -> impl Iterator<Item = &'a Struct> {
        let types = self.module_types.get(home).into_iter();
        types.flat_map(|types| types.structs.iter().copied())
    }

    /// Returns the unions that the module `home` defines.
    pub(crate) fn unions_of(&self, home: &str) -> impl Iterator<Item = &'a Union> {
        let types = self.module_types.get(home).into_iter();
        types.flat_map(|types| types.unions.iter().copied())
    }

    /// Returns `true` if the catalog has types that belong to no single resource.
    pub(crate) fn has_shared_types(&self) -> bool {
        self.homes.values().any(|home| *home == SHARED)
    }

    /// Returns every tool; those of resources come first.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'a Operation> {
        self.api.operations()
    }

    /// Returns the resources, each with its module.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (&'a str, &'a Resource)> {
        let resources = self.api.resources.iter();
        resources.map(|resource| (resource.accessor.plain(), resource))
    }

    /// Returns the tools that are methods of the client itself, each with its module.
    pub(crate) fn client_methods(&self) -> impl Iterator<Item = (&'a str, &'a Operation)> {
        let operations = self.api.operations.iter();
        operations.map(|operation| (operation.method.plain(), operation))
    }

    /// Returns the name of the runtime's type for a call of this catalog.
    pub(crate) fn call(&self) -> &'static str {
        match self.api.source {
            CatalogSource::Truto(_) => "Call",
            CatalogSource::Mcp(_) => "McpCall",
            CatalogSource::Functions => "FunctionCall",
        }
    }
}

/// Returns every type other than handles, with the module that defines it.
fn homes(api: &Api) -> impl Iterator<Item = (&Ident, &str)> {
    let ids = api.ids.iter().map(|id| (&id.name, "ids"));
    let choices = api.choices.iter();
    let structs = api.structs.iter();
    let unions = api.unions.iter();
    let requests = api.resources.iter().flat_map(|resource| {
        let operations = resource.operations.iter();
        operations.map(|operation| (&operation.request.name, resource.accessor.plain()))
    });
    let client_methods = api.operations.iter();
    ids.chain(choices.map(|choice| (&choice.name, choice.home.plain())))
        .chain(structs.map(|item| (&item.name, item.home.plain())))
        .chain(unions.map(|union| (&union.name, union.home.plain())))
        .chain(requests)
        .chain(client_methods.map(|method| (&method.request.name, method.method.plain())))
}

fn types_by_module<'a>(
    api: &'a Api,
    homes: &BTreeMap<&'a Ident, &'a str>,
) -> BTreeMap<&'a str, ModuleTypes<'a>> {
    let home = |name: &Ident| homes.get(name).copied().unwrap_or(SHARED);
    let mut modules: BTreeMap<&str, ModuleTypes<'_>> = BTreeMap::new();
    for choice in &api.choices {
        let types = modules.entry(home(&choice.name)).or_default();
        types.choices.push(choice);
    }
    for item in &api.structs {
        let types = modules.entry(home(&item.name)).or_default();
        types.structs.push(item);
    }
    for union in &api.unions {
        let types = modules.entry(home(&union.name)).or_default();
        types.unions.push(union);
    }
    modules
}
