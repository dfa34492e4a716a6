//! Types other than requests: identifiers, enums, records, unions.

use super::check::{Check, JsonKind};
use super::field::{Field, RecordField, Rest};
use super::type_ref::TypeRef;
use crate::ident::Ident;

/// An identifier of one kind of thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdType {
    /// `ProjectId`.
    pub(crate) name: Ident,
    /// What it identifies, in a sentence: `project`.
    pub(crate) noun: String,
    /// The requests of the tools that give such an identifier, the best first.
    pub(crate) sources: Vec<Ident>,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// `DateGrouping`.
    pub(crate) name: Ident,
    /// Documentation.
    pub(crate) docs: Vec<String>,
    /// The variants in the order of the catalog.
    pub(crate) variants: Vec<Variant>,
    /// What stands for each variant on the wire.
    pub(crate) values: ChoiceValues,
    /// The module that defines it.
    pub(crate) home: Ident,
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variant {
    /// `Month`.
    pub(crate) name: Ident,
}

/// What stands for the variants on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChoiceValues {
    /// Texts.
    Texts(Vec<String>),
    /// Integers.
    Integers(Vec<i64>),
    /// Values of several kinds, or fractions, as JSON.
    Verbatim(Vec<String>),
}

/// A record, or an object inside a request or a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Struct {
    /// `ApiKey`.
    pub(crate) name: Ident,
    /// Documentation.
    pub(crate) docs: Vec<String>,
    /// Which way it travels, with its fields.
    pub(crate) fields: StructFields,
    /// Properties that always have the same value, and that value as JSON.
    pub(crate) constants: Vec<(String, String)>,
    /// The module that defines it.
    pub(crate) home: Ident,
}

/// Which way a struct travels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StructFields {
    /// It is sent: a constructor, setters, nothing unknown unless `rest` names a field for it.
    Request {
        /// The required fields first.
        fields: Vec<Field>,
        /// The field that takes what no field names.
        rest: Option<Rest>,
        /// What is checked of the whole before sending.
        checks: Vec<Check>,
    },
    /// It is received: public fields, what is unknown is kept.
    Response {
        /// The required fields first.
        fields: Vec<RecordField>,
        /// The field that keeps what no field names: `extra`.
        extra: Ident,
    },
}

/// One of several types.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Union {
    /// `Filter`.
    pub(crate) name: Ident,
    /// Documentation.
    pub(crate) docs: Vec<String>,
    /// The variants in the order of the catalog.
    pub(crate) variants: Vec<UnionVariant>,
    /// The variant of a record that takes what fits no other; none if it is sent.
    pub(crate) unknown: Option<Ident>,
    /// The property whose value names the variant.
    pub(crate) tag: Option<String>,
    /// Whether a value that fits two variants is refused.
    pub(crate) is_exact: bool,
    /// The variant to begin with, one that does not contain the union itself.
    pub(crate) blank: usize,
    /// What is checked of the whole before sending.
    pub(crate) checks: Vec<Check>,
    /// The module that defines it.
    pub(crate) home: Ident,
}

/// One variant of a union.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UnionVariant {
    /// `Text`.
    pub(crate) name: Ident,
    /// Documentation.
    pub(crate) docs: Vec<String>,
    /// What it holds.
    pub(crate) ty: TypeRef,
    /// The kinds of JSON that it holds.
    pub(crate) kinds: Vec<JsonKind>,
    /// The value of the tag that names it.
    pub(crate) tag: Option<String>,
    /// What is checked before sending.
    pub(crate) checks: Vec<Check>,
}
