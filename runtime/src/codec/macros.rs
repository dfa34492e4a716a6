//! The macros that generated code calls once per file, for all of its types at once.

/// Implements `Clone`, `Debug`, `PartialEq` and serde for each [`Object`](super::Object), listed
/// with its fields.
///
/// The compiler does a quarter less work for this `Clone` than for a derived one.
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

/// Implements `Clone`, `Copy`, the codec, comparison, `Display`, `FromStr` and serde for each
/// [`Choice`](super::Choice).
///
/// A derived `Clone` of a type that is `Copy` has one more impl.
#[macro_export]
#[doc(hidden)]
macro_rules! choices {
    ($($name:ident),* $(,)?) => {$(
        // As a derive would write it.
        #[automatically_derived]
        impl ::core::clone::Clone for $name {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl ::core::marker::Copy for $name {}

        impl<__Other: $crate::codegen::ComparesWith<Self> + ?Sized> ::core::cmp::PartialEq<__Other> for $name {
            fn eq(&self, other: &__Other) -> bool {
                other.is_choice(self)
            }
        }

        impl ::core::cmp::Eq for $name {}

        impl ::core::str::FromStr for $name {
            type Err = $crate::error::ArgumentError;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::error::ArgumentError> {
                <Self as $crate::values::Choice>::parse(text)
            }
        }

        impl $crate::codegen::Value for $name {
            fn blank() -> Self {
                $crate::codegen::blank_choice()
            }

            fn as_choice(&mut self) -> Option<&mut dyn $crate::codegen::AnyChoice> {
                Some(self)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::display_choice(self, formatter)
            }
        }

        impl $crate::codegen::Serialize for $name {
            fn serialize<S: $crate::codegen::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize(self, serializer)
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::codegen::deserialize($crate::codegen::Direction::Request, deserializer)
            }
        }
    )*};
}

/// Implements `Debug` for each handle of a resource.
///
/// A derived impl has a bound on `Access` as well, which the compiler proves for each handle.
#[macro_export]
#[doc(hidden)]
macro_rules! handles {
    ($($name:ident),* $(,)?) => {$(
        impl<Access> ::core::fmt::Debug for $name<'_, Access> {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.0.debug_handle(::core::stringify!($name), formatter)
            }
        }
    )*};
}

/// Implements the codec, `Debug`, `PartialEq` and serde for each [`Union`](super::Union), listed
/// with its variants.
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

            fn container(&mut self) -> $crate::codegen::Container<'_> {
                $crate::codegen::union_container(self)
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
                $crate::codegen::deserialize(<Self as $crate::codegen::Union>::SHAPE.direction, deserializer)
            }
        }
    )*};
}

/// Declares identifier types: newtypes over `String`, each made from a string only.
#[macro_export]
#[doc(hidden)]
macro_rules! ids {
    ($($(#[$attribute:meta])* $name:ident)*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        $crate::string_newtype!($name);

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

            fn take_scalar(&mut self, scalar: $crate::codegen::Scalar<'_>) -> $crate::codegen::Taken {
                self.0.take_scalar(scalar)
            }

            fn container(&mut self) -> $crate::codegen::Container<'_> {
                self.0.container()
            }
        }
    )*};
}

/// Implements conversions, comparison, printing and serde for a newtype over `String`.
#[macro_export]
#[doc(hidden)]
macro_rules! string_newtype {
    ($name:ident) => {
        impl $name {
            /// Returns the string, exactly as it is sent or was received.
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

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(text.clone())
            }
        }

        /// Lets a field of a record be passed on by reference.
        impl From<&Self> for $name {
            fn from(text: &Self) -> Self {
                text.clone()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl PartialEq<String> for $name {
            fn eq(&self, other: &String) -> bool {
                self.0 == *other
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
