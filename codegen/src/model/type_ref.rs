//! References to types.

use std::fmt::{Display, Formatter, Result};

use crate::ident::Ident;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TypeRef {
    /// `String`.
    String,
    /// `bool`.
    Bool,
    /// `()`, for a value that is always null.
    Null,
    /// `i64`.
    Integer,
    /// `u64`.
    Unsigned,
    /// `f64`.
    Number,
    /// `DateTime`.
    DateTime,
    /// `Date`.
    Date,
    /// `Json`: any value.
    Json,
    /// An identifier of [`Api::ids`](super::Api::ids).
    Id(Ident),
    /// A closed enum: only the known values.
    Choice(Ident),
    /// An open enum: known and unknown values.
    Open(Ident),
    /// A struct of [`Api::structs`](super::Api::structs).
    Struct(Ident),
    /// `Vec`.
    List(Box<TypeRef>),
    /// `BTreeMap` with string keys.
    Map(Box<TypeRef>),
    /// `Option`, for an element that may be null.
    OrNull(Box<TypeRef>),
    /// A union of [`Api::unions`](super::Api::unions).
    Union(Ident),
    /// A tuple: a list of a fixed length.
    Tuple(Vec<TypeRef>),
    /// `Box`, for a type that contains itself.
    Boxed(Box<TypeRef>),
}

impl TypeRef {
    /// Returns the name of the type, if the API defines it.
    pub(crate) fn name(&self) -> Option<&Ident> {
        match self {
            Self::Id(name)
            | Self::Choice(name)
            | Self::Open(name)
            | Self::Struct(name)
            | Self::Union(name) => Some(name),
            Self::List(_)
            | Self::Map(_)
            | Self::OrNull(_)
            | Self::Tuple(_)
            | Self::Boxed(_)
            | Self::String
            | Self::Bool
            | Self::Null
            | Self::Integer
            | Self::Unsigned
            | Self::Number
            | Self::DateTime
            | Self::Date
            | Self::Json => None,
        }
    }

    /// Returns the types of which the type is composed: that of the elements of a list.
    pub(crate) fn children(&self) -> &[Self] {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::OrNull(inner) | Self::Boxed(inner) => {
                std::slice::from_ref(inner)
            }
            Self::Tuple(elements) => elements,
            Self::Id(_)
            | Self::Choice(_)
            | Self::Open(_)
            | Self::Struct(_)
            | Self::Union(_)
            | Self::String
            | Self::Bool
            | Self::Null
            | Self::Integer
            | Self::Unsigned
            | Self::Number
            | Self::DateTime
            | Self::Date
            | Self::Json => &[],
        }
    }
}

/// Writes the type as Rust code that imports it.
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
                // A tuple of one element needs a trailing comma.
                let end = if elements.len() == 1 { "," } else { "" };
                write!(formatter, "({}{end})", elements.join(", "))
            }
        }
    }
}
