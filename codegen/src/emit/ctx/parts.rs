//! The parts of a catalog that features enable, and the types that each part needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::emit::ctx::condition::Condition;
use crate::ident::Ident;
use crate::model::{Api, Field, Operation, Response, Rest, StructFields, TypeRef};
use crate::options::{Features, Layout, Options};

/// The module of the types that belong to no single resource.
pub(crate) const SHARED: &str = "types";

/// The number of parts that an item may name in its condition. An item of more parts is always
/// compiled, because its condition would be longer than the item.
const MAX_NAMED: usize = 16;

/// The parts of a catalog: its resources, and its tools without a resource. Each is a module.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    /// The catalog.
    catalog: &'a str,
    /// `true` if each part has a feature.
    is_optional: bool,
    /// The parts that need a type, by its name.
    needed_by: BTreeMap<&'a Ident, BTreeSet<&'a str>>,
}

impl<'a> Parts<'a> {
    /// Finds the parts of a catalog.
    pub(crate) fn new(api: &'a Api, is_optional: bool) -> Self {
        let mut parts = Self {
            catalog: api.module.plain(),
            is_optional,
            needed_by: BTreeMap::new(),
        };
        if is_optional {
            let types = Types::new(api);
            for (part, operation) in operations(api) {
                for name in types.of_operation(operation) {
                    parts.needed_by.entry(name).or_default().insert(part);
                }
            }
        }
        parts
    }

    /// Returns `true` if each part has a feature.
    pub(crate) fn are_optional(&self) -> bool {
        self.is_optional
    }

    /// Returns the module that defines a type, which `usual` is if parts have no features. A type of
    /// one part is in its module, and a type of several is in the shared one, so that no part needs
    /// another.
    pub(crate) fn home(&self, name: &Ident, usual: &'a str) -> &'a str {
        let needed_by = self.needed_by.get(name).filter(|_| usual != IDS);
        let Some(parts) = needed_by else {
            return usual;
        };
        let mut parts = parts.iter();
        match (parts.next(), parts.next()) {
            (Some(only), None) => only,
            _ => SHARED,
        }
    }

    /// Returns the condition of a part: `the_auth_api-projects`.
    pub(crate) fn of_part(&self, part: &str) -> Condition {
        self.of_parts([part])
    }

    /// Returns the condition of an item that several parts need.
    pub(crate) fn of_parts<'p>(&self, parts: impl IntoIterator<Item = &'p str>) -> Condition {
        let parts: BTreeSet<&str> = parts.into_iter().collect();
        if !self.is_optional || parts.len() > MAX_NAMED {
            return Condition::ALWAYS;
        }
        Condition::any(parts.into_iter().map(|part| feature(self.catalog, part)))
    }

    /// Returns the condition of a type.
    pub(crate) fn of_type(&self, name: &Ident) -> Condition {
        let parts = self.needed_by.get(name).into_iter().flatten();
        self.of_parts(parts.copied())
    }
}

/// The module of identifiers, which stay there in any case.
const IDS: &str = "ids";

/// The suffix of the feature that every part of a catalog enables.
const CLIENT: &str = "client";

/// Returns the name of the feature of a part.
fn feature(catalog: &str, part: &str) -> String {
    format!("{catalog}-{part}")
}

/// Returns `true` if the options ask for a feature for each part of a catalog.
pub(crate) fn are_optional(options: &Options) -> bool {
    options.features == Features::Resources && options.layout != Layout::Root
}

/// Returns the condition of the module of a catalog.
pub(crate) fn condition_of_catalog(api: &Api, features: Features) -> Condition {
    let catalog = api.module.plain();
    match features {
        Features::None => Condition::ALWAYS,
        Features::Catalogs => Condition::any([catalog.to_owned()]),
        Features::Resources => Condition::any([feature(catalog, CLIENT)]),
    }
}

/// Returns the features of a catalog, each with those that it enables. The first is that of the
/// catalog.
pub(crate) fn features_of(api: &Api, options: &Options) -> Vec<(String, Vec<String>)> {
    let catalog = api.module.plain();
    if options.layout == Layout::Root || options.features == Features::None {
        return Vec::new();
    }
    if options.features == Features::Catalogs {
        return vec![(catalog.to_owned(), Vec::new())];
    }
    let client = feature(catalog, CLIENT);
    let parts: BTreeSet<&str> = operations(api).map(|(part, _)| part).collect();
    let parts: Vec<String> = parts.iter().map(|part| feature(catalog, part)).collect();
    let whole = [client.clone()].into_iter().chain(parts.clone()).collect();
    let mut features = vec![(catalog.to_owned(), whole), (client.clone(), Vec::new())];
    features.extend(parts.into_iter().map(|part| (part, vec![client.clone()])));
    features
}

/// Returns every tool with its part.
pub(crate) fn operations(api: &Api) -> impl Iterator<Item = (&str, &Operation)> {
    let resources = api.resources.iter().flat_map(|resource| {
        let part = resource.accessor.plain();
        resource.operations.iter().map(move |tool| (part, tool))
    });
    let methods = api.operations.iter();
    resources.chain(methods.map(|operation| (operation.method.plain(), operation)))
}

/// The types of a catalog, each with the types that it names.
struct Types<'a> {
    inner: BTreeMap<&'a Ident, Vec<&'a TypeRef>>,
}

impl<'a> Types<'a> {
    fn new(api: &'a Api) -> Self {
        let mut inner = BTreeMap::new();
        for item in &api.structs {
            let types = match &item.fields {
                StructFields::Request { fields, rest, .. } => of_fields(fields, rest.as_ref()),
                StructFields::Response { fields, .. } => {
                    fields.iter().map(|field| &field.ty).collect()
                }
            };
            inner.insert(&item.name, types);
        }
        for union in &api.unions {
            let variants = union.variants.iter();
            inner.insert(&union.name, variants.map(|variant| &variant.ty).collect());
        }
        Self { inner }
    }

    /// Returns the names of all types that a tool needs, its request included.
    fn of_operation(&self, operation: &'a Operation) -> BTreeSet<&'a Ident> {
        let request = &operation.request;
        let mut found = BTreeSet::from([&request.name]);
        let mut open = of_fields(&request.fields, request.rest.as_ref());
        match &operation.response {
            Response::Listing(record) | Response::Record(record) => open.push(record),
            Response::Deleted => {}
        }
        while let Some(ty) = open.pop() {
            for name in names_in(ty) {
                if found.insert(name) {
                    open.extend(self.inner.get(name).into_iter().flatten());
                }
            }
        }
        found
    }
}

fn of_fields<'a>(fields: &'a [Field], rest: Option<&'a Rest>) -> Vec<&'a TypeRef> {
    let fields = fields.iter().map(|field| &field.ty);
    fields.chain(rest.map(|rest| &rest.values)).collect()
}

/// Returns the names in a type.
fn names_in(ty: &TypeRef) -> Vec<&Ident> {
    let inner = ty.children().iter().flat_map(names_in);
    ty.name().into_iter().chain(inner).collect()
}
