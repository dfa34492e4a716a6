//! A field of a request that may be absent, null, or a value.

use super::{Json, Value, Walk};

/// A field that is left out, sent as null, or sent with a value.
///
/// Many APIs read null as "remove the value" and an absent field as "leave it unchanged".
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
    /// The field is not sent.
    #[default]
    Absent,
    /// The field is sent as null.
    Null,
    /// The field is sent with this value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Returns the value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Returns `true` if the field is not sent.
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
