//! Bridges from the codec to `Debug`, `PartialEq` and serde, so that generated types work with
//! the rest of the ecosystem, and the macros that generated code writes one line of for a file.

use std::fmt;

use serde::de::Error as _;

use super::{ArgumentError, Json, Mode, Object, RecordError, Value, decode, to_json};

/// Prints an object as a struct with its fields as JSON.
///
/// # Errors
///
/// As the formatter.
pub fn debug<T: Object>(value: &T, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut printed = formatter.debug_struct(T::SHAPE.name);
    if let Json::Object(mut entries) = to_json(value) {
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

/// Compares two objects by what they encode to.
///
/// What generated code calls for an object asks for [`Object`]: the compiler finds that at once,
/// and searches longer for [`Value`].
pub fn compare_objects<T: Object>(left: &T, right: &T) -> bool {
    compare(left, right)
}

/// Serializes an object as the JSON that it encodes to.
///
/// # Errors
///
/// As the serializer.
pub fn serialize_object<T: Object, S: serde::Serializer>(
    object: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serialize(object, serializer)
}

/// Deserializes an object: strictly if it is an argument, leniently if it is a record.
///
/// # Errors
///
/// As the deserializer, and every problem of the object.
pub fn deserialize_object<'de, T: Object, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserialize(T::SHAPE.mode, deserializer)
}

/// Compares two values by what they encode to.
pub fn compare<T: Value + Clone>(left: &T, right: &T) -> bool {
    to_json(left) == to_json(right)
}

/// Serializes a value as the JSON that it encodes to.
///
/// # Errors
///
/// As the serializer.
pub fn serialize<T: Value + Clone, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&to_json(value), serializer)
}

/// Deserializes a value: strictly if it is an argument, leniently if it is a record.
///
/// # Errors
///
/// As the deserializer, and every problem of the value.
pub fn deserialize<'de, T: Value, D: serde::Deserializer<'de>>(
    mode: Mode,
    deserializer: D,
) -> Result<T, D::Error> {
    let json: Json = serde::Deserialize::deserialize(deserializer)?;
    decode(json, mode).map_err(|problems| match mode {
        Mode::Strict => D::Error::custom(ArgumentError::new(problems)),
        Mode::Lenient => D::Error::custom(RecordError::new(problems)),
    })
}

/// Implements what follows from [`Object`] for each type with its fields: the codec, `Clone`,
/// `Debug`, `PartialEq`, serde.
///
/// The compiler has a quarter less to do for this `Clone` than for a derived one.
#[macro_export]
#[doc(hidden)]
macro_rules! objects {
    ($($name:ident($($field:ident),* $(,)?)),* $(,)?) => {$(
        impl ::core::clone::Clone for $name {
            fn clone(&self) -> Self {
                Self {
                    $($field: self.$field.clone(),)*
                }
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::debug(self, formatter)
            }
        }

        impl ::core::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::codegen::compare_objects(self, other)
            }
        }

        impl $crate::codegen::Serialize for $name {
            fn serialize<S: $crate::codegen::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize_object(self, serializer)
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::codegen::deserialize_object(deserializer)
            }
        }
    )*};
}

/// Implements what follows from [`Choice`](super::Choice) for each enum: the codec, `PartialEq`,
/// `Display` and serde.
#[macro_export]
#[doc(hidden)]
macro_rules! choices {
    ($($name:ident),* $(,)?) => {$(
        impl ::core::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::codegen::is_same_choice(*self, *other)
            }
        }

        impl ::core::cmp::Eq for $name {}

        impl $crate::codegen::Value for $name {
            fn blank() -> Self {
                $crate::codegen::blank_choice()
            }

            fn encode(&mut self, _walk: &mut $crate::codegen::Walk) -> Option<$crate::codegen::Json> {
                $crate::codegen::encode_choice(*self)
            }

            fn decode(&mut self, json: $crate::codegen::Json, walk: &mut $crate::codegen::Walk) {
                $crate::codegen::decode_choice(self, &json, walk);
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::display_choice(*self, formatter)
            }
        }

        impl $crate::codegen::Serialize for $name {
            fn serialize<S: $crate::codegen::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize(self, serializer)
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::codegen::deserialize($crate::codegen::Mode::Strict, deserializer)
            }
        }
    )*};
}

/// Implements what follows from [`Union`](super::Union) for each enum with its variants: the
/// codec, `Debug`, `PartialEq`, serde.
#[macro_export]
#[doc(hidden)]
macro_rules! unions {
    ($($name:ident($first:ident $(, $variant:ident)* $(,)?)),* $(,)?) => {$(
        impl $crate::codegen::UnionSlot for $name {
            fn empty(variant: &str) -> Self {
                match variant {
                    $(::core::stringify!($variant) => Self::$variant($crate::codegen::Value::blank()),)*
                    _ => Self::$first($crate::codegen::Value::blank()),
                }
            }

            fn slot(&mut self) -> (&'static str, &mut dyn $crate::codegen::Value) {
                match self {
                    Self::$first(value) => (::core::stringify!($first), value),
                    $(Self::$variant(value) => (::core::stringify!($variant), value),)*
                }
            }
        }

        impl $crate::codegen::Value for $name {
            fn blank() -> Self {
                $crate::codegen::blank_union()
            }

            fn encode(&mut self, walk: &mut $crate::codegen::Walk) -> Option<$crate::codegen::Json> {
                $crate::codegen::encode_union(self, walk)
            }

            fn decode(&mut self, json: $crate::codegen::Json, walk: &mut $crate::codegen::Walk) {
                $crate::codegen::decode_union(self, json, walk);
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::debug_union(self, formatter)
            }
        }

        impl ::core::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::codegen::compare(self, other)
            }
        }

        impl $crate::codegen::Serialize for $name {
            fn serialize<S: $crate::codegen::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize(self, serializer)
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::codegen::deserialize(<Self as $crate::codegen::Union>::SHAPE.mode, deserializer)
            }
        }
    )*};
}

/// Declares identifiers: each a text of its own type, made from text and from nothing else.
#[macro_export]
#[doc(hidden)]
macro_rules! ids {
    ($($(#[$attribute:meta])* $name:ident)*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        $crate::texts!($name);

        impl $crate::codegen::Value for $name {
            fn blank() -> Self {
                Self::default()
            }

            fn encode(&mut self, walk: &mut $crate::codegen::Walk) -> Option<$crate::codegen::Json> {
                self.0.encode(walk)
            }

            fn decode(&mut self, json: $crate::codegen::Json, walk: &mut $crate::codegen::Walk) {
                self.0.decode(json, walk);
            }

            fn take(&mut self, scalar: $crate::codegen::Scalar<'_>) -> $crate::codegen::Taken {
                self.0.take(scalar)
            }
        }
    )*};
}

/// Implements what follows from being a text of a type of its own: what it is made from, what it
/// is compared with, printing, serde.
#[macro_export]
#[doc(hidden)]
macro_rules! texts {
    ($name:ident) => {
        impl $name {
            /// The text as it is sent, or as it came.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        /// So that what stands in a record is passed on by reference.
        impl From<&Self> for $name {
            fn from(text: &Self) -> Self {
                text.clone()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, formatter)
            }
        }

        impl $crate::codegen::Serialize for $name {
            fn serialize<S: $crate::codegen::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <String as $crate::codegen::Deserialize>::deserialize(deserializer).map(Self)
            }
        }
    };
}
