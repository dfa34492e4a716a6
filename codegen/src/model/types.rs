//! Types other than requests: identifiers, enums, records, and references to them.

use super::operation::{Field, Need};
use crate::ident::Ident;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TypeRef {
    /// `String`.
    String,
    /// `bool`.
    Bool,
    /// `i64`.
    Integer,
    /// `u64`.
    Unsigned,
    /// `f64`.
    Number,
    /// A point in time.
    DateTime,
    /// A day.
    Date,
    /// Anything.
    Json,
    /// An identifier of [`Api::ids`](super::Api::ids).
    Id(Ident),
    /// An enum, closed: only the known values.
    Choice(Ident),
    /// An enum, open: a known value or one that is new.
    Open(Ident),
    /// A struct of [`Api::structs`](super::Api::structs).
    Struct(Ident),
    /// A list.
    List(Box<TypeRef>),
    /// An object with any names.
    Map(Box<TypeRef>),
    /// An element that may be null.
    OrNull(Box<TypeRef>),
}

/// An identifier of one kind of thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdType {
    /// `ProjectId`.
    pub(crate) name: Ident,
    /// What it identifies, in a sentence: `project`.
    pub(crate) noun: String,
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
}

/// A record, or an object inside a request or a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Struct {
    /// `ApiKey`.
    pub(crate) name: Ident,
    /// Documentation.
    pub(crate) docs: Vec<String>,
    /// Which way it travels, with its fields.
    pub(crate) kind: StructKind,
    /// The module that defines it.
    pub(crate) home: Ident,
}

/// Which way a struct travels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StructKind {
    /// It is sent: a constructor, setters, nothing unknown unless `rest` names a field for it.
    Input {
        /// The required fields first.
        fields: Vec<Field>,
        /// The field that takes what no field names.
        rest: Option<Ident>,
    },
    /// It is received: public fields, what is unknown is kept.
    Record {
        /// The required fields first.
        fields: Vec<RecordField>,
        /// The field that keeps what no field names: `extra`.
        extra: Ident,
    },
}

/// One field of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordField {
    /// `project_id`.
    pub(crate) ident: Ident,
    /// `projectId`.
    pub(crate) wire: String,
    /// Documentation.
    pub(crate) docs: Vec<String>,
    /// The type, without the `Option` that `need` and `nullable` ask for.
    pub(crate) ty: TypeRef,
    /// Whether it must be there.
    pub(crate) need: Need,
    /// Whether null is a value of it.
    pub(crate) nullable: bool,
    /// Whether the type must be boxed, because it contains itself.
    pub(crate) boxed: bool,
}

/// A check that is run before sending.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Check {
    /// `minimum`, `maximum` and their exclusive forms, `multipleOf`.
    Number(Bound, f64),
    /// `minLength`, `maxItems` and the like.
    Count(Bound, u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `format`.
    Format(Format),
    /// Checks of each element of a list.
    Items(Vec<Check>),
    /// Checks of each value of a map.
    Values(Vec<Check>),
}

/// Which bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// `minimum`.
    Minimum,
    /// `maximum`.
    Maximum,
    /// `exclusiveMinimum`.
    ExclusiveMinimum,
    /// `exclusiveMaximum`.
    ExclusiveMaximum,
    /// `multipleOf`.
    MultipleOf,
    /// `minLength`.
    MinLength,
    /// `maxLength`.
    MaxLength,
    /// `minItems`.
    MinItems,
    /// `maxItems`.
    MaxItems,
    /// `minProperties`.
    MinProperties,
    /// `maxProperties`.
    MaxProperties,
}

/// A format that the runtime can check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `email`.
    Email,
    /// `uri`.
    Uri,
    /// `ipv4`.
    Ipv4,
    /// `ipv6`.
    Ipv6,
    /// `uuid`.
    Uuid,
}
