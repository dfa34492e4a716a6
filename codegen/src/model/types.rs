//! Types other than requests: identifiers, enums, records, and references to them.

use std::fmt::{Display, Formatter, Result};

use super::check::{Check, JsonKind};
use super::operation::{Field, Need};
use crate::ident::Ident;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TypeRef {
    /// `String`.
    String,
    /// `bool`.
    Bool,
    /// `()`: null and nothing else.
    Null,
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
    /// A union of [`Api::unions`](super::Api::unions).
    Union(Ident),
    /// A list of a fixed length.
    Tuple(Vec<TypeRef>),
    /// A struct that contains what stands here.
    Boxed(Box<TypeRef>),
}

/// The type as a program that imports it writes it.
impl Display for TypeRef {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self {
            Self::String => formatter.write_str("String"),
            Self::Bool => formatter.write_str("bool"),
            Self::Null => formatter.write_str("()"),
            Self::Integer => formatter.write_str("i64"),
            Self::Unsigned => formatter.write_str("u64"),
            Self::Number => formatter.write_str("f64"),
            Self::DateTime => formatter.write_str("DateTime"),
            Self::Date => formatter.write_str("Date"),
            Self::Json => formatter.write_str("Json"),
            Self::Id(name) | Self::Choice(name) | Self::Struct(name) | Self::Union(name) => {
                Display::fmt(name, formatter)
            }
            Self::Open(name) => write!(formatter, "Open<{name}>"),
            Self::List(element) => write!(formatter, "Vec<{element}>"),
            Self::Map(value) => write!(formatter, "BTreeMap<String, {value}>"),
            Self::OrNull(value) => write!(formatter, "Option<{value}>"),
            Self::Boxed(inner) => write!(formatter, "Box<{inner}>"),
            Self::Tuple(elements) => {
                let elements: Vec<String> = elements.iter().map(Self::to_string).collect();
                // Without a comma, one type in parentheses is no tuple.
                let end = if elements.len() == 1 { "," } else { "" };
                write!(formatter, "({}{end})", elements.join(", "))
            }
        }
    }
}

/// An identifier of one kind of thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdType {
    /// `ProjectId`.
    pub(crate) name: Ident,
    /// What it identifies, in a sentence: `project`.
    pub(crate) noun: String,
    /// The requests of the tools that give such an identifier, the best first.
    pub(crate) givers: Vec<Ident>,
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
    pub(crate) kind: StructKind,
    /// Properties that always have the same value, and that value as JSON.
    pub(crate) constants: Vec<(String, String)>,
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
        rest: Option<Rest>,
        /// What is checked of the whole before sending.
        checks: Vec<Check>,
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
}

/// The field of a struct that takes what no other field names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rest {
    /// `extra`.
    pub(crate) ident: Ident,
    /// The type of the values.
    pub(crate) values: TypeRef,
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
