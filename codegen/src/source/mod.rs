//! Text in, a tree with pointers out.

mod json;
mod members;
mod pointer;
mod print;
mod tree;
mod yaml;

pub(crate) use json::parse_json;
pub(crate) use members::Members;
pub(crate) use pointer::child;
pub(crate) use print::{Layout, compact, compact_json, pretty, quoted, shortened, shortened_to};
pub(crate) use yaml::parse_embedded;

/// A JSON value of our own: keys sorted whatever features other crates enable, numbers as text
/// says them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// An object.
    Object(Members),
}

impl Json {
    /// The text, if it is text.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub(crate) fn as_array(&self) -> Option<&[Json]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub(crate) fn as_object(&self) -> Option<&Members> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// What kind of value it is, as a sentence says it: `a number`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::String(_) => "text",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}
