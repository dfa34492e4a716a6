//! The values that a place expects.

use std::borrow::Cow;
use std::fmt;

use toolsmith_dialect::json_type::describe_types;

use super::JsonType;

/// The type of value that a place expects, as in "a string". [`Display`](fmt::Display) writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Type(JsonType),
    /// A non-negative integer.
    Unsigned,
    /// More than a type says, or several types, in words.
    Words(Cow<'static, str>),
}

impl Expected {
    /// A non-negative integer.
    pub(super) const UNSIGNED: Self = Self(Kind::Unsigned);

    /// Expects one of several types.
    pub(crate) fn any_of(types: impl IntoIterator<Item = JsonType>) -> Self {
        let types: Vec<JsonType> = types.into_iter().collect();
        match types.split_first() {
            Some((first, others)) if others.iter().all(|other| other == first) => (*first).into(),
            _ => describe_types(types.into_iter()).into(),
        }
    }

    /// Returns `true` if the place expects any value of this type, and no other.
    pub(crate) fn is(&self, json_type: JsonType) -> bool {
        self.0 == Kind::Type(json_type)
    }

    /// Returns the type of number that is expected, and the bound that the type itself sets.
    pub(super) fn number(&self) -> Option<(JsonType, Option<f64>)> {
        match self.0 {
            Kind::Unsigned => Some((JsonType::Integer, Some(0.0))),
            Kind::Type(number @ (JsonType::Integer | JsonType::Number)) => Some((number, None)),
            Kind::Type(_) | Kind::Words(_) => None,
        }
    }
}

impl From<JsonType> for Expected {
    fn from(json_type: JsonType) -> Self {
        Self(Kind::Type(json_type))
    }
}

impl From<&'static str> for Expected {
    fn from(words: &'static str) -> Self {
        Self(Kind::Words(words.into()))
    }
}

impl From<String> for Expected {
    fn from(words: String) -> Self {
        Self(Kind::Words(words.into()))
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match &self.0 {
            Kind::Type(json_type) => json_type.describe(),
            Kind::Unsigned => "a non-negative integer",
            Kind::Words(words) => words,
        })
    }
}
