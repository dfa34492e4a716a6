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

impl Viewed for Value {
    fn view(&self) -> View<'_, Self> {
        match self {
            Self::Null => View::Null,
            Self::Bool(value) => View::Bool(*value),
            Self::Number(number) => View::Number(number),
            Self::String(text) => View::String(text),
            Self::Array(elements) => View::Array(elements),
            Self::Object(members) => View::Object(
                members
                    .iter()
                    .map(|(key, value)| (key.as_str(), value))
                    .collect(),
            ),
        }
    }
}
