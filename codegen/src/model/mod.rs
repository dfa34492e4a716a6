//! The model of the API to generate: closed and resolved, with Rust names and without JSON Schema.
//!
//! It has no JSON, no tokens and no diagnostics. Everything in it can be emitted.

mod check;
mod field;
mod operation;
mod reserved;
mod type_ref;
mod types;

pub(crate) use check::{Check, Format};
pub(crate) use field::{Field, Presence, RecordField, Rest, constructor_arguments};
pub(crate) use operation::{
    GivenId, Operation, Removal, Request, Resource, Response, TakenId, ToolMetadata,
};
pub(crate) use reserved::{
    RESERVED_CLIENT_METHODS, RESERVED_MODULES, RESERVED_SETTERS, RESERVED_TYPES, VERIFY_TOOLS,
    YIELDING_CLIENT_METHODS,
};
pub(crate) use type_ref::TypeRef;
pub(crate) use types::{
    Choice, ChoiceValues, IdType, Struct, StructFields, Union, UnionVariant, Variant,
};

pub(crate) use crate::bound::Bound;
pub(crate) use crate::effect::{Effect, Repetition};
pub(crate) use toolsmith_dialect::argument_location::ArgumentLocation;
pub(crate) use toolsmith_dialect::direction::Direction;
pub(crate) use toolsmith_dialect::json_type::JsonType;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::ident::Ident;
use crate::options::CatalogSource;

/// The API of one catalog.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Api {
    /// The module and feature: `the_auth_api`.
    pub(crate) module: Ident,
    /// The title of the catalog: `The Auth API`.
    pub(crate) title: String,
    /// The file of the snapshot, for the header of each file.
    pub(crate) snapshot_file: String,
    /// The source of the catalog, which decides how the client makes its calls.
    pub(crate) source: CatalogSource,
    /// The resources, sorted by accessor.
    pub(crate) resources: Vec<Resource>,
    /// The tools that are methods of the client itself, sorted by method. Each has a module.
    pub(crate) operations: Vec<Operation>,
    /// The types of identifiers, sorted by name.
    pub(crate) ids: Vec<IdType>,
    /// The enums of every module, sorted by name.
    pub(crate) choices: Vec<Choice>,
    /// Records, and objects inside requests and records, sorted by name.
    pub(crate) structs: Vec<Struct>,
    /// The unions, sorted by name.
    pub(crate) unions: Vec<Union>,
    /// For each tool of the snapshot, its hash and its escaped name, `-` for the hash of a tool that is
    /// not in the API. Empty for a catalog without a live source.
    pub(crate) hashes: Vec<String>,
}

impl Api {
    /// Returns the wire names of the fields that the overlay marks as secrets.
    pub(crate) fn secrets(&self) -> BTreeSet<&str> {
        let arguments = self
            .operations()
            .flat_map(|operation| &operation.request.fields);
        let mut inner = Vec::new();
        let mut received = Vec::new();
        for item in &self.structs {
            match &item.fields {
                StructFields::Request { fields, .. } => inner.extend(fields),
                StructFields::Response { fields, .. } => received.extend(fields),
            }
        }
        let sent = arguments.chain(inner).filter(|field| field.is_secret);
        let received = received
            .into_iter()
            .filter(|field: &&RecordField| field.is_secret);
        let sent = sent.map(|field| field.wire.as_str());
        sent.chain(received.map(|field| field.wire.as_str()))
            .collect()
    }

    /// Returns the API without the removed tools, if there are any.
    pub(crate) fn without_removed(&self) -> Cow<'_, Self> {
        if self
            .operations()
            .all(|operation| operation.removal.is_none())
        {
            return Cow::Borrowed(self);
        }
        let is_live = |operation: &Operation| operation.removal.is_none();
        let mut api = self.clone();
        api.operations.retain(is_live);
        for resource in &mut api.resources {
            resource.operations.retain(is_live);
        }
        api.resources
            .retain(|resource| !resource.operations.is_empty());
        Cow::Owned(api)
    }

    /// Returns every tool, those of resources first. Some may be gone.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        let resources = self.resources.iter();
        let operations = resources.flat_map(|resource| &resource.operations);
        operations.chain(&self.operations)
    }
}
