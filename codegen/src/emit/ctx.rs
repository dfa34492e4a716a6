//! What emitters ask about the API. It answers and changes nothing.

use std::collections::BTreeMap;

use crate::ident::Ident;
use crate::model::{Api, Choice, Resource, Struct, TypeRef};

/// A catalog, and where its types live.
#[derive(Debug)]
pub(crate) struct Ctx<'a> {
    /// The catalog.
    pub(crate) api: &'a Api,
    homes: BTreeMap<&'a Ident, &'a str>,
    choices: BTreeMap<&'a Ident, &'a Choice>,
}

impl<'a> Ctx<'a> {
    pub(crate) fn new(api: &'a Api) -> Self {
        let ids = api.ids.iter().map(|id| (&id.name, "ids"));
        let choices = api
            .choices
            .iter()
            .map(|choice| (&choice.name, choice.home.plain()));
        let structs = api
            .structs
            .iter()
            .map(|item| (&item.name, item.home.plain()));
        let requests = api.resources.iter().flat_map(|resource| {
            let operations = resource.operations.iter();
            operations.map(|operation| (&operation.request.name, resource.accessor.plain()))
        });
        Self {
            api,
            homes: ids.chain(choices).chain(structs).chain(requests).collect(),
            choices: api
                .choices
                .iter()
                .map(|choice| (&choice.name, choice))
                .collect(),
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
    pub(crate) fn choices_of(&self, home: &'a str) -> impl Iterator<Item = &'a Choice> {
        self.api
            .choices
            .iter()
            .filter(move |choice| choice.home.plain() == home)
    }

    /// The structs that the module `home` defines.
    pub(crate) fn structs_of(&self, home: &'a str) -> impl Iterator<Item = &'a Struct> {
        self.api
            .structs
            .iter()
            .filter(move |item| item.home.plain() == home)
    }

    /// Whether the catalog has types that belong to no single resource.
    pub(crate) fn has_shared_types(&self) -> bool {
        self.homes.values().any(|home| *home == SHARED)
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
        | TypeRef::Integer
        | TypeRef::Unsigned
        | TypeRef::Number
        | TypeRef::Choice(_)
        | TypeRef::Struct(_) => true,
        TypeRef::String
        | TypeRef::DateTime
        | TypeRef::Date
        | TypeRef::Json
        | TypeRef::Id(_)
        | TypeRef::Open(_)
        | TypeRef::List(_)
        | TypeRef::Map(_)
        | TypeRef::OrNull(_) => false,
    }
}
