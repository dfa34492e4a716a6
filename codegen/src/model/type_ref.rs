//! References to types: what a field, an element or a result is written as.

use std::fmt::{Display, Formatter, Result};

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
