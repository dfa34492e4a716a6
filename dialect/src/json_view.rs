//! JSON values of any representation, for code that the generator and the runtime share.

use serde_json::{Number, Value};

/// A JSON value and its parts.
pub enum View<'a, V> {
    /// Null.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(&'a Number),
    /// A string.
    String(&'a str),
    /// An array.
    Array(&'a [V]),
    /// The members of an object, in any order.
    Object(Vec<(&'a str, &'a V)>),
}

/// A representation of JSON values.
pub trait Viewed: Sized {
    /// Returns the value and its parts.
    fn view(&self) -> View<'_, Self>;

    /// Returns the value of a string.
    fn text(&self) -> Option<&str> {
        match self.view() {
            View::String(text) => Some(text),
            _ => None,
        }
    }
}

/// Implements `Viewed` for an enum with the variants of `serde_json::Value`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_viewed {
    ($json:ty) => {
        impl $crate::json_view::Viewed for $json {
            fn view(&self) -> $crate::json_view::View<'_, Self> {
                match self {
                    Self::Null => $crate::json_view::View::Null,
                    Self::Bool(value) => $crate::json_view::View::Bool(*value),
                    Self::Number(number) => $crate::json_view::View::Number(number),
                    Self::String(text) => $crate::json_view::View::String(text),
                    Self::Array(elements) => $crate::json_view::View::Array(elements),
                    Self::Object(members) => $crate::json_view::View::Object(
                        members
                            .iter()
                            .map(|(key, value)| (key.as_str(), value))
                            .collect(),
                    ),
                }
            }
        }
    };
}

impl_viewed!(Value);
