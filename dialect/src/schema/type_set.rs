//! Sets of JSON types.

use crate::json_type::{JsonType, TypeName};

/// The order in which types are written.
const WRITTEN_ORDER: [JsonType; 7] = [
    JsonType::String,
    JsonType::Integer,
    JsonType::Number,
    JsonType::Boolean,
    JsonType::Array,
    JsonType::Object,
    JsonType::Null,
];

/// A set of JSON types. A set with numbers includes integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TypeSet(u8);

impl TypeSet {
    pub(crate) const EMPTY: Self = Self(0);
    pub(crate) const ALL: Self = Self(0x7f);

    pub(crate) const fn of(json_type: JsonType) -> Self {
        match json_type {
            JsonType::Number => Self(bit(JsonType::Number) | bit(JsonType::Integer)),
            other => Self(bit(other)),
        }
    }

    /// Returns the set that the name of a type in a schema means.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match TypeName::parse(name)? {
            TypeName::Type(json_type) => Self::of(json_type),
            TypeName::Any => Self::ALL,
        })
    }

    pub(crate) const fn has(self, json_type: JsonType) -> bool {
        self.0 & bit(json_type) != 0
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn without(self, json_type: JsonType) -> Self {
        Self(self.0 & !bit(json_type))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns all types of the set.
    pub(super) fn members(self) -> impl Iterator<Item = JsonType> {
        WRITTEN_ORDER
            .into_iter()
            .filter(move |json_type| self.has(*json_type))
    }

    /// Returns the types to write: integers are left out of a set with numbers.
    pub(crate) fn iter(self) -> impl Iterator<Item = JsonType> {
        WRITTEN_ORDER.into_iter().filter(move |json_type| {
            self.has(*json_type) && !(*json_type == JsonType::Integer && self.has(JsonType::Number))
        })
    }
}

const fn bit(json_type: JsonType) -> u8 {
    1 << json_type as u8
}

impl FromIterator<JsonType> for TypeSet {
    fn from_iter<I: IntoIterator<Item = JsonType>>(types: I) -> Self {
        types
            .into_iter()
            .fold(Self::EMPTY, |set, json_type| set.union(Self::of(json_type)))
    }
}
