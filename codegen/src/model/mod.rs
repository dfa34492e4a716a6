//! The API to be written: closed and resolved, with Rust names, and nothing of JSON Schema left.
//!
//! A leaf: it knows no JSON, no tokens, no diagnostics. What stands here can be emitted.

mod check;
mod direction;
mod field;
mod operation;
mod reserved;
mod type_ref;
mod types;

pub(crate) use check::{Bound, Check, Format, JsonKind};
pub(crate) use direction::Direction;
pub(crate) use field::{Field, Location, Presence, RecordField, Rest};
pub(crate) use operation::{
    GivenId, Operation, Request, Resource, Response, TakenId, ToolMetadata,
};
pub(crate) use reserved::{
    RESERVED_CLIENT_METHODS, RESERVED_MODULES, RESERVED_SETTERS, RESERVED_TYPES,
};
pub(crate) use type_ref::TypeRef;
pub(crate) use types::{
    Choice, ChoiceValues, IdType, Struct, StructFields, Union, UnionVariant, Variant,
};

pub(crate) use crate::effect::{Effect, Repetition};

use crate::ident::Ident;
use crate::options::CatalogSource;

/// One catalog as a module of the generated crate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Api {
    /// The module and feature: `the_auth_api`.
    pub(crate) module: Ident,
    /// The catalog as people call it: `The Auth API`.
    pub(crate) title: String,
    /// The snapshot that it was made from, as the header of each file names it.
    pub(crate) snapshot_file: String,
    /// The source of the catalog, which decides how the client makes its calls.
    pub(crate) source: CatalogSource,
    /// The resources, by accessor.
    pub(crate) resources: Vec<Resource>,
    /// The tools that are methods of the client itself, by method; each is a module too.
    pub(crate) operations: Vec<Operation>,
    /// The identifiers, by name.
    pub(crate) ids: Vec<IdType>,
    /// Enums of every module, by name.
    pub(crate) choices: Vec<Choice>,
    /// Records and objects inside requests and records, by name.
    pub(crate) structs: Vec<Struct>,
    /// Unions, by name.
    pub(crate) unions: Vec<Union>,
}

impl Api {
    /// Every tool, those of resources first.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        let resources = self.resources.iter();
        let operations = resources.flat_map(|resource| &resource.operations);
        operations.chain(&self.operations)
    }
}
