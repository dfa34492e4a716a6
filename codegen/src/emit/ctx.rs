//! What emitters ask about the API. It answers and changes nothing.

use std::collections::BTreeMap;

use crate::ident::Ident;
use crate::model::{Api, Choice, Operation, Resource, Struct, TypeRef, Union};
use crate::options::CatalogSource;
use crate::options::{Layout, Options};

/// Where the crate puts a catalog.
#[derive(Debug)]
pub(crate) struct Place {
    /// The package as a program names it.
    pub(crate) crate_name: String,
    /// Where the modules of a catalog stand.
    pub(crate) layout: Layout,
}

impl Place {
    /// The place that a caller asks for.
    pub(crate) fn of(options: &Options) -> Self {
        Self {
            crate_name: options.crate_name.replace('-', "_"),
            layout: options.layout,
        }
    }

    /// The module of a catalog as a program names it.
    fn path(&self, api: &Api) -> String {
        match self.layout {
            Layout::Modules => format!("{}::{}", self.crate_name, api.module),
            Layout::Root => self.crate_name.clone(),
        }
    }
}

/// A catalog, and where its types live.
#[derive(Debug)]
pub(crate) struct Ctx<'a> {
    /// The catalog.
    pub(crate) api: &'a Api,
    /// The module of the catalog as a program names it: `generated::the_auth_api`.
    pub(crate) path: String,
    /// The module that passes the runtime on to users.
    pub(crate) runtime: String,
    homes: BTreeMap<&'a Ident, &'a str>,
    choices: BTreeMap<&'a Ident, &'a Choice>,
    defined: BTreeMap<&'a str, Defined<'a>>,
}

/// What one module defines besides requests.
#[derive(Debug, Default)]
struct Defined<'a> {
    choices: Vec<&'a Choice>,
    structs: Vec<&'a Struct>,
    unions: Vec<&'a Union>,
}

impl<'a> Ctx<'a> {
    pub(crate) fn new(api: &'a Api, place: &Place) -> Self {
        let ids = api.ids.iter().map(|id| (&id.name, "ids"));
        let choices = api
            .choices
            .iter()
            .map(|choice| (&choice.name, choice.home.plain()));
        let structs = api
            .structs
            .iter()
            .map(|item| (&item.name, item.home.plain()));
        let unions = api
            .unions
            .iter()
            .map(|union| (&union.name, union.home.plain()));
        let requests = api.resources.iter().flat_map(|resource| {
            let operations = resource.operations.iter();
            operations.map(|operation| (&operation.request.name, resource.accessor.plain()))
        });
        let direct = api.operations.iter();
        let direct = direct.map(|operation| (&operation.request.name, operation.method.plain()));
        let requests = requests.chain(direct);
        Self {
            api,
            path: place.path(api),
            runtime: format!("{}::runtime", place.crate_name),
            homes: ids
                .chain(choices)
                .chain(structs)
                .chain(unions)
                .chain(requests)
                .collect(),
            choices: api
                .choices
                .iter()
                .map(|choice| (&choice.name, choice))
                .collect(),
            defined: defined_by_module(api),
        }
    }

    /// The module that defines a type: `projects` for `ListProjects`.
    pub(crate) fn home(&self, name: &Ident) -> Option<&'a str> {
        self.homes.get(name).copied()
    }

    /// Every type but the handles, with the module that defines it.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&'a str, &'a Ident)> {
        self.homes.iter().map(|(name, module)| (*module, *name))
    }

    /// The enum of this name.
    pub(crate) fn choice(&self, name: &Ident) -> Option<&'a Choice> {
        self.choices.get(name).copied()
    }

    /// The enums that the module `home` defines.
    pub(crate) fn choices_of(&self, home: &str) -> impl Iterator<Item = &'a Choice> {
        let defined = self.defined.get(home);
        defined
            .into_iter()
            .flat_map(|defined| defined.choices.iter().copied())
    }

    /// The structs that the module `home` defines.
    pub(crate) fn structs_of(&self, home: &str) -> impl Iterator<Item = &'a Struct> {
        let defined = self.defined.get(home);
        defined
            .into_iter()
            .flat_map(|defined| defined.structs.iter().copied())
    }

    /// The unions that the module `home` defines.
    pub(crate) fn unions_of(&self, home: &str) -> impl Iterator<Item = &'a Union> {
        let defined = self.defined.get(home);
        defined
            .into_iter()
            .flat_map(|defined| defined.unions.iter().copied())
    }

    /// Whether the catalog has types that belong to no single resource.
    pub(crate) fn has_shared_types(&self) -> bool {
        self.homes.values().any(|home| *home == SHARED)
    }

    /// Every tool, those of resources first.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'a Operation> {
        self.api.operations()
    }

    /// The tools that are methods of the client itself, with the module of each.
    pub(crate) fn direct(&self) -> impl Iterator<Item = (&'a str, &'a Operation)> {
        let operations = self.api.operations.iter();
        operations.map(|operation| (operation.method.plain(), operation))
    }

    /// The type of a call, as the runtime's contract names it.
    pub(crate) fn call(&self) -> &'static str {
        match self.api.source {
            CatalogSource::Truto(_) => "Call",
            CatalogSource::Mcp(_) => "McpCall",
            CatalogSource::Functions => "FunctionCall",
        }
    }

    /// The resources, with the module of each.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (&'a str, &'a Resource)> {
        let resources = self.api.resources.iter();
        resources.map(|resource| (resource.accessor.plain(), resource))
    }
}

/// The module of the types that belong to no single resource.
pub(crate) const SHARED: &str = "types";

/// Whether a value is handed over as it is, rather than through `Into`.
pub(crate) fn is_handed_over(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Bool
        | TypeRef::Null
        | TypeRef::Integer
        | TypeRef::Unsigned
        | TypeRef::Number
        | TypeRef::Choice(_)
        | TypeRef::Struct(_)
        | TypeRef::Union(_)
        | TypeRef::Tuple(_) => true,
        TypeRef::String
        | TypeRef::DateTime
        | TypeRef::Date
        | TypeRef::Json
        | TypeRef::Id(_)
        | TypeRef::Open(_)
        | TypeRef::List(_)
        | TypeRef::Map(_)
        | TypeRef::OrNull(_)
        | TypeRef::Boxed(_) => false,
    }
}

fn defined_by_module(api: &Api) -> BTreeMap<&str, Defined<'_>> {
    let mut defined: BTreeMap<&str, Defined<'_>> = BTreeMap::new();
    for choice in &api.choices {
        defined
            .entry(choice.home.plain())
            .or_default()
            .choices
            .push(choice);
    }
    for item in &api.structs {
        defined
            .entry(item.home.plain())
            .or_default()
            .structs
            .push(item);
    }
    for union in &api.unions {
        let defined = defined.entry(union.home.plain()).or_default();
        defined.unions.push(union);
    }
    defined
}
