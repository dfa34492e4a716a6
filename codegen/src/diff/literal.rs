//! The literals that the parameters of constructors take.

use crate::model::{Field, TypeRef};

/// The literals that compile as an argument of one type, wrapped or converted where the type needs it.
///
/// `diff` makes it of the types of a model, and `regen` of those in generated code, so that both find the
/// same calls that still compile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LiteralType {
    /// A string: as a text, an identifier, a date or a time.
    Text,
    /// An integer of either sign.
    Integer,
    /// A number with a fraction.
    Float,
    /// `true` or `false`.
    Bool,
    /// Any literal, as `Json`.
    Any,
    /// A list of such elements.
    List(Box<Self>),
    /// A map with such values.
    Map(Box<Self>),
    /// A tuple.
    Tuple(Vec<Self>),
    /// Such a value, or null.
    OrNull(Box<Self>),
    /// A value of the type with this name, which no literal is.
    Named(String),
}

impl LiteralType {
    /// Returns the literals of the parameter of a required field.
    pub(super) fn of(field: &Field) -> Self {
        let literal = Self::of_type(&field.ty);
        if field.presence.is_nullable() {
            Self::OrNull(Box::new(literal))
        } else {
            literal
        }
    }

    fn of_type(ty: &TypeRef) -> Self {
        match ty {
            TypeRef::String | TypeRef::Id(_) | TypeRef::Date | TypeRef::DateTime => Self::Text,
            TypeRef::Integer | TypeRef::Unsigned => Self::Integer,
            TypeRef::Number => Self::Float,
            TypeRef::Bool => Self::Bool,
            TypeRef::Json => Self::Any,
            TypeRef::Null => Self::Tuple(Vec::new()),
            TypeRef::List(element) => Self::List(Box::new(Self::of_type(element))),
            TypeRef::Map(value) => Self::Map(Box::new(Self::of_type(value))),
            TypeRef::OrNull(value) => Self::OrNull(Box::new(Self::of_type(value))),
            TypeRef::Boxed(value) => Self::of_type(value),
            TypeRef::Tuple(elements) => Self::Tuple(elements.iter().map(Self::of_type).collect()),
            TypeRef::Choice(name)
            | TypeRef::Open(name)
            | TypeRef::Struct(name)
            | TypeRef::Union(name) => Self::Named(name.to_string()),
        }
    }

    /// Returns `true` if one literal compiles as either.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, other) | (other, Self::Any) => other.is_json(),
            (Self::List(one), Self::List(other))
            | (Self::Map(one), Self::Map(other))
            | (Self::OrNull(one), Self::OrNull(other)) => one.overlaps(other),
            (Self::Tuple(one), Self::Tuple(other)) => {
                let mut pairs = one.iter().zip(other);
                one.len() == other.len() && pairs.all(|(one, other)| one.overlaps(other))
            }
            (one, other) => one == other,
        }
    }

    /// Returns `true` if a literal of the type becomes `Json`.
    fn is_json(&self) -> bool {
        match self {
            Self::Text | Self::Integer | Self::Float | Self::Bool | Self::Any => true,
            Self::List(inner) | Self::OrNull(inner) => inner.is_json(),
            Self::Map(_) | Self::Tuple(_) | Self::Named(_) => false,
        }
    }
}
