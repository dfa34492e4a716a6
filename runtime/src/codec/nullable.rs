//! A field of a request that may be left out, be null, or hold a value.

use super::{Json, Value, Walk};

/// Three different things: nothing is sent, null is sent, a value is sent.
///
/// An API often takes null as "remove" and nothing as "leave as it is".
///
/// ```
/// use toolsmith_runtime::Nullable;
///
/// let absent = Nullable::<String>::default();
/// assert!(absent.is_absent());
/// assert_eq!(Nullable::<i64>::from(None), Nullable::Null);
/// assert_eq!(Nullable::<i64>::from(5), Nullable::Value(5));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// Nothing is sent.
    #[default]
    Absent,
    /// Null is sent.
    Null,
    /// This is sent.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether nothing is sent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Value> Value for Nullable<T> {
    fn blank() -> Self {
        Self::Absent
    }

    fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
        match self {
            Self::Absent => None,
            Self::Null => Some(Json::Null),
            Self::Value(value) => value.encode(walk),
        }
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        *self = if json.is_null() {
            Self::Null
        } else {
            let mut value = T::blank();
            value.decode(json, walk);
            Self::Value(value)
        };
    }
}
