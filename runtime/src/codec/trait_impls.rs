//! The bodies of the trait impls that the [macros](super::macros) write: `Debug`, `PartialEq` and
//! serde, through the codec.

use std::fmt;

use serde::de::Error as _;

use super::convert::{decode, to_redacted_json};
use super::{ArgumentError, Direction, Json, Object, RecordError, Value, to_json};

/// Prints an object as a struct with its fields as JSON, without secrets.
///
/// # Errors
///
/// Returns the error of the formatter.
pub fn debug<T: Object>(value: &T, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut printed = formatter.debug_struct(T::SHAPE.name);
    if let Json::Object(mut entries) = to_redacted_json(value) {
        for field in T::SHAPE.fields() {
            if let Some(json) = entries.remove(field.name) {
                printed.field(field.name, &format_args!("{json}"));
            }
        }
        for (name, json) in &entries {
            printed.field(name, &format_args!("{json}"));
        }
    }
    printed.finish()
}

/// Compares two objects by their JSON.
///
/// The functions for objects are bounded by [`Object`], which the compiler resolves faster than
/// [`Value`].
pub fn compare_objects<T: Object>(left: &T, right: &T) -> bool {
    compare(left, right)
}

/// Serializes an object as its JSON.
///
/// # Errors
///
/// Returns the error of the serializer.
pub fn serialize_object<T: Object, S: serde::Serializer>(
    object: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serialize(object, serializer)
}

/// Deserializes an object: strictly for a request, leniently for a response.
///
/// # Errors
///
/// Returns the error of the deserializer, or all problems of the object.
pub fn deserialize_object<'de, T: Object, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserialize(T::SHAPE.direction, deserializer)
}

/// Compares two values by their JSON.
pub fn compare<T: Value + Clone>(left: &T, right: &T) -> bool {
    to_json(left) == to_json(right)
}

/// Serializes a value as its JSON.
///
/// # Errors
///
/// Returns the error of the serializer.
pub fn serialize<T: Value + Clone, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&to_json(value), serializer)
}

/// Deserializes a value: strictly for a request, leniently for a response.
///
/// # Errors
///
/// Returns the error of the deserializer, or all problems of the value.
pub fn deserialize<'de, T: Value, D: serde::Deserializer<'de>>(
    direction: Direction,
    deserializer: D,
) -> Result<T, D::Error> {
    let json: Json = serde::Deserialize::deserialize(deserializer)?;
    decode(json, direction).map_err(|problems| match direction {
        Direction::Request => D::Error::custom(ArgumentError::new(problems)),
        Direction::Response => D::Error::custom(RecordError::new(problems)),
    })
}
