//! Kinds of JSON.

use crate::codec::Json;

/// A kind of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// Null.
    Null,
    /// True or false.
    Flag,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

impl JsonKind {
    /// Whether `json` is of this kind; 5.0 is a whole number (2020-12 core, section 4.2.3).
    #[must_use]
    pub fn accepts(self, json: &Json) -> bool {
        match (self, json) {
            (Self::Null, Json::Null)
            | (Self::Flag, Json::Bool(_))
            | (Self::Number, Json::Number(_))
            | (Self::Text, Json::String(_))
            | (Self::List, Json::Array(_))
            | (Self::Object, Json::Object(_)) => true,
            (Self::Integer, Json::Number(number)) => {
                !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            _ => false,
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Flag => "true or false",
            Self::Number => "a number",
            Self::Integer => "an integer",
            Self::Text => "a string",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// The kinds as a sentence lists them: `a string or a list`.
pub(in crate::codec) fn describe_kinds(kinds: impl Iterator<Item = JsonKind>) -> String {
    let mut words: Vec<&str> = Vec::new();
    for kind in kinds {
        if !words.contains(&kind.describe()) {
            words.push(kind.describe());
        }
    }
    words.join(" or ")
}
